//! The assortment in bulk on the employees' face.

use axum::http::header;
use contracts::backoffice::Role;
use contracts::catalog::{BillRow, BulkReport, ComponentRow, RowFault, StockLevelRow, UnitRow};
use serde::de::DeserializeOwned;

use crate::house::{Answer, Ask, House};

async fn export(house: &House, role: Role, path: &str) -> Answer {
    let token = house.token(&[role]);
    let path = format!("/api/staff/v1/catalog/exports/{path}");
    house.staff(Ask::get(&path).bearer(&token)).await
}

async fn rows<R: DeserializeOwned>(house: &House, subject: &str) -> Vec<R> {
    let answer = export(house, Role::Assortment, &format!("{subject}?format=jsonl")).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/x-ndjson");
    let text = std::str::from_utf8(&answer.body).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a row"))
        .collect()
}

#[tokio::test]
async fn everything_is_exported_in_order() {
    let house = House::open().await;
    let components: Vec<ComponentRow> = rows(&house, "components").await;
    assert!(components.is_sorted_by(|a, b| a.sku < b.sku) && components.len() > 3);
    let units: Vec<UnitRow> = rows(&house, "units").await;
    assert!(units.is_sorted_by(|a, b| a.slug < b.slug) && units.len() > 31);
    let bills: Vec<BillRow> = rows(&house, "bills").await;
    let of_table = bills
        .iter()
        .find(|line| line.code == crate::seed::TABLE)
        .expect("a line");
    assert_eq!((of_table.component.as_str(), of_table.quantity), ("LEG-WHT", 4));
    let stock: Vec<StockLevelRow> = rows(&house, "stock").await;
    assert_eq!(stock.len(), 5);
}

#[tokio::test]
async fn a_spreadsheet_finds_no_formula() {
    let house = House::open().await;
    pg::sqlx::query("UPDATE component SET name_ru = '=HYPERLINK(\"http://x\")' WHERE sku = 'LEG-WHT'")
        .execute(house.db.admin())
        .await
        .expect("a name");
    let answer = export(&house, Role::Administrator, "components?format=csv").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"components.csv\""
    );
    let text = std::str::from_utf8(&answer.body).expect("text");
    assert!(text.starts_with("sku,name_ru,name_en,type,assembly,"), "{text}");
    assert!(
        text.contains("\r\nLEG-WHT,\"'=HYPERLINK(\"\"http://x\"\")\","),
        "{text}"
    );
}

#[tokio::test]
async fn exports_are_for_those_who_make_the_assortment() {
    let house = House::open().await;
    for role in [Role::Warehouse, Role::Analyst, Role::Courier] {
        let answer = export(&house, role, "components?format=csv").await;
        assert_eq!(answer.problem().0, 403, "{role:?}");
    }
    for (path, field) in [
        ("components", "format"),
        ("components?format=xml", "format"),
        ("people?format=csv", "subject"),
        ("components?format=csv&q=1", "q"),
    ] {
        let answer = export(&house, Role::Assortment, path).await;
        assert_eq!(
            (answer.problem().0, answer.fields()),
            (422, vec![field.to_owned()]),
            "{path}"
        );
    }
}

async fn import(
    house: &House,
    path: &str,
    key: &str,
    kind: &str,
    body: impl Into<axum::body::Body>,
) -> Answer {
    let token = house.token(&[Role::Assortment]);
    let path = format!("/api/staff/v1/catalog/imports/{path}");
    let ask = Ask::post(&path).bearer(&token).header("idempotency-key", key);
    house.staff(ask.body(kind, body)).await
}

async fn csv(house: &House, subject: &str, key: &str, text: &str) -> Answer {
    import(
        house,
        &format!("{subject}?format=csv"),
        key,
        "text/csv",
        text.to_owned(),
    )
    .await
}

fn faults(answer: &Answer) -> Vec<(i64, String, String)> {
    let (status, slug, body) = answer.problem();
    assert_eq!((status, slug.as_str()), (422, "import-refused"), "{body}");
    let faults: Vec<RowFault> = serde_json::from_value(body["faults"].clone()).expect("faults");
    faults
        .into_iter()
        .map(|fault| (fault.line, fault.field, fault.code))
        .collect()
}

#[tokio::test]
async fn what_was_exported_changes_nothing_when_it_comes_back() {
    let house = House::open().await;
    pg::sqlx::query("UPDATE component SET name_ru = '=1+1;\"x\", y' WHERE sku = 'LEG-WHT'")
        .execute(house.db.admin())
        .await
        .expect("a name");
    for subject in ["components", "units", "bills", "stock"] {
        for (format, kind) in [("csv", "text/csv"), ("jsonl", "application/x-ndjson")] {
            let path = format!("{subject}?format={format}");
            let file = export(&house, Role::Assortment, &path).await.body;
            let report: BulkReport = import(&house, &path, &path, kind, file.clone()).await.ok();
            assert_eq!((report.created, report.changed), (0, 0), "{path}");
            assert!(report.rows > 3, "{path}");
            assert_eq!(export(&house, Role::Assortment, &path).await.body, file, "{path}");
        }
    }
}

#[tokio::test]
async fn a_file_is_brought_in_once_and_as_a_whole() {
    let house = House::open().await;
    let head = "sku;warehouse;shelf;on_hand\n";
    let file = format!("\u{feff}{head}LEG-WHT;MSK;A-7;60\nPNL-WAL;SPB;;3\n");
    let tried: BulkReport = import(
        &house,
        "stock?format=csv&dry_run=true",
        "k",
        "text/csv",
        file.clone(),
    )
    .await
    .ok();
    assert_eq!(
        (tried.rows, tried.created, tried.changed, tried.dry_run),
        (2, 1, 1, true)
    );
    let before: Vec<StockLevelRow> = rows(&house, "stock").await;
    assert_eq!(before.len(), 5, "nothing was written");
    for _ in 0..2 {
        let report: BulkReport = csv(&house, "stock", "k", &file).await.ok();
        assert_eq!(
            (report.rows, report.created, report.changed, report.dry_run),
            (2, 1, 1, false)
        );
    }
    let after: Vec<StockLevelRow> = rows(&house, "stock").await;
    assert_eq!(after.len(), 6);
    let reused = csv(&house, "stock", "k", &format!("{head}LEG-WHT;MSK;A-7;61\n")).await;
    assert_eq!(reused.problem().1, "idempotency-key-reused");
    let broken: i64 = pg::sqlx::query_scalar(
        "SELECT count(*) FROM stock s WHERE on_hand <>
             (SELECT sum(on_hand_delta) FROM stock_movement m
              WHERE m.component_id = s.component_id AND m.warehouse_id = s.warehouse_id)",
    )
    .fetch_one(house.db.admin())
    .await
    .expect("a journal");
    assert_eq!(broken, 0, "the journal says the same");
    // One good row among bad ones does not come in.
    let bad = format!("{head}LEG-WHT;MSK;A-7;70\nNONE;MSK;;1\nLEG-WHT;LED;;1\nLEG-WHT;MSK;;1\n");
    assert_eq!(
        faults(&csv(&house, "stock", "other", &bad).await),
        [
            (3, "sku".to_owned(), "unknown".to_owned()),
            (4, "warehouse".to_owned(), "unknown".to_owned()),
            (5, String::new(), "twice".to_owned()),
        ]
    );
    assert_eq!(rows::<StockLevelRow>(&house, "stock").await, after);
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_told_by_line_and_field() {
    let house = House::open().await;
    let head = "sku,warehouse,shelf,on_hand\n";
    for (text, expected) in [
        ("", vec![]),
        (
            "sku,warehouse,on_hand,extra\n",
            vec![(1, "extra", "unknown_column"), (1, "shelf", "missing_column")],
        ),
        (
            &*format!("{head}A,MSK\nA,MSK,,x\nA,MSK,,\nA,MSK,,-1\n"),
            vec![
                (2, "", "cells"),
                (3, "on_hand", "malformed"),
                (4, "on_hand", "malformed"),
                (5, "on_hand", "range"),
            ],
        ),
    ] {
        let answer = csv(&house, "stock", "k", text).await;
        if expected.is_empty() {
            assert_eq!(answer.ok::<BulkReport>().rows, 0);
            continue;
        }
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(line, field, code)| (line, field.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(faults(&answer), expected, "{text}");
    }
    let lines = "{\n\n{\"sku\":\"A\",\"warehouse\":\"MSK\",\"shelf\":null,\"on_hand\":1,\"who\":2}\n";
    let answer = import(&house, "stock?format=jsonl", "k", "application/x-ndjson", lines).await;
    let told = faults(&answer);
    assert_eq!(
        told.iter().map(|fault| fault.0).collect::<Vec<_>>(),
        [1, 3],
        "{told:?}"
    );
    let many = format!("{head}{}", "A,MSK,,x\n".repeat(1_500));
    let answer = csv(&house, "stock", "k", &many).await;
    assert_eq!(answer.problem().2["total"], 1_500);
    assert_eq!(faults(&answer).len(), 1_000);
    let answer = import(&house, "stock?format=csv", "k", "application/json", "x").await;
    assert_eq!(answer.problem().0, 415);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let house = House::open().await;
    let before: Vec<StockLevelRow> = rows(&house, "stock").await;
    let pieces = [
        Ok("sku,warehouse,shelf,on_hand\nLEG-WHT,MSK,,99\n"),
        Err(std::io::Error::other("the line went dead")),
    ];
    let body = axum::body::Body::from_stream(futures_util::stream::iter(pieces));
    let answer = import(&house, "stock?format=csv", "k", "text/csv", body).await;
    assert_eq!(answer.problem().0, 400);
    assert_eq!(rows::<StockLevelRow>(&house, "stock").await, before);
    let left: i64 = pg::sqlx::query_scalar("SELECT count(*) FROM import_row")
        .fetch_one(house.db.admin())
        .await
        .expect("a table");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn bills_are_checked_as_if_saved_alone() {
    let house = House::open().await;
    let head = "sku,name_ru,name_en,type,assembly,color,material,height_mm,width_mm,depth_mm,cost_amount,cost_currency,properties\n";
    let assembly = |sku: &str| format!("{sku},узел,assembly,panel,true,,,1,1,1,,,\n");
    let made: BulkReport = csv(
        &house,
        "components",
        "c",
        &format!("{head}{}{}", assembly("BOX"), assembly("LID")),
    )
    .await
    .ok();
    assert_eq!(made.created, 2);
    let bills = "owner,code,component,quantity,required,substitutes\n";
    let cycle = format!("{bills}assembly,BOX,LID,1,true,\nassembly,LID,BOX,1,true,\n");
    let told = faults(&csv(&house, "bills", "b", &cycle).await);
    assert!(
        told.iter().all(|(_, _, code)| code == "cycle") && !told.is_empty(),
        "{told:?}"
    );
    let replaced = format!("{bills}assembly,BOX,PNL-WAL,1,true,LID\n");
    let told = faults(&csv(&house, "bills", "b", &replaced).await);
    assert_eq!(told, [(2, "component".to_owned(), "assembly".to_owned())]);
    let good = format!(
        "{bills}assembly,BOX,PNL-WAL,2,true,\nunit,{table},BOX,3,true,\nunit,{table},LEG-WHT,4,true,PNL-WAL\n",
        table = crate::seed::TABLE
    );
    let report: BulkReport = csv(&house, "bills", "b", &good).await.ok();
    assert_eq!((report.rows, report.changed), (3, 2));
    let parts: Vec<(String, i64)> = pg::sqlx::query_as(
        "SELECT c.sku, q.quantity FROM product_part q JOIN product p ON p.id = q.product_id
         JOIN component c ON c.id = q.component_id WHERE p.slug = $1 ORDER BY c.sku",
    )
    .bind(crate::seed::TABLE)
    .fetch_all(house.db.admin())
    .await
    .expect("parts");
    assert_eq!(parts, [("LEG-WHT".to_owned(), 4), ("PNL-WAL".to_owned(), 6)]);
    let again: BulkReport = csv(&house, "bills", "again", &good).await.ok();
    assert_eq!(again.changed, 0);
}

/// The body is made while it is read, a thousand rows at a time, so nothing of it is there as a whole but what the
/// service keeps itself: chunks.
#[tokio::test]
async fn a_hundred_thousand_rows_come_in_without_being_held() {
    const ROWS: usize = 100_000;
    let house = House::open().await;
    let head = "sku,name_ru,name_en,type,assembly,color,material,height_mm,width_mm,depth_mm,cost_amount,cost_currency,properties\n";
    let pieces = (0..ROWS / 1_000).map(move |piece| {
        let rows = (0..1_000).map(|row| {
            format!(
                "BULK-{:06},Плита,Board,panel,false,walnut,,1,2,3,100,RUB,\n",
                piece * 1_000 + row
            )
        });
        let start = if piece == 0 { head } else { "" };
        Ok::<_, std::io::Error>(std::iter::once(start.to_owned()).chain(rows).collect::<String>())
    });
    let body = axum::body::Body::from_stream(futures_util::stream::iter(pieces));
    let report: BulkReport = import(&house, "components?format=csv", "many", "text/csv", body)
        .await
        .ok();
    assert_eq!(
        (report.rows, report.created, report.changed),
        (100_000, 100_000, 0)
    );
    let left: i64 = pg::sqlx::query_scalar("SELECT count(*) FROM import_row")
        .fetch_one(house.db.admin())
        .await
        .expect("a table");
    assert_eq!(left, 0);
}
