//! The employees' face.

use axum::http::StatusCode;
use contracts::backoffice::Role;
use contracts::catalog::{Receipt, StockPage, StockRow};
use kernel::ComponentId;
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};

const STOCK: &str = "/api/staff/v1/stock";
const CORRECTIONS: &str = "/api/staff/v1/stock/corrections";

async fn list(house: &House, query: &str) -> Answer {
    let token = house.token(&[Role::Warehouse]);
    house
        .staff(Ask::get(&format!("{STOCK}{query}")).bearer(&token))
        .await
}

async fn correct(house: &House, key: &str, body: &Value) -> Answer {
    let token = house.token(&[Role::Warehouse]);
    house
        .staff(
            Ask::post(CORRECTIONS)
                .bearer(&token)
                .header("idempotency-key", key)
                .json(body),
        )
        .await
}

async fn component(house: &House, sku: &str) -> ComponentId {
    list(house, &format!("?q={sku}")).await.ok::<StockPage>().items[0].component_id
}

#[tokio::test]
async fn stock_is_listed_by_article_and_warehouse() {
    let house = House::open().await;
    let all: StockPage = list(&house, "").await.ok();
    let rows: Vec<_> = all
        .items
        .iter()
        .map(|row| {
            (
                row.sku.as_str(),
                row.warehouse.as_str(),
                row.on_hand,
                row.reserved,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("BRD-WHT", "MSK", 7, 0),
            ("LEG-WHT", "EKB", 2, 0),
            ("LEG-WHT", "MSK", 6, 0),
            ("LEG-WHT", "SPB", 4, 0),
            ("PNL-WAL", "MSK", 11, 0),
        ]
    );
    let first: StockPage = list(&house, "?page_size=2").await.ok();
    let cursor = first.next_cursor.expect("there is more");
    let second: StockPage = list(&house, &format!("?page_size=2&cursor={cursor}")).await.ok();
    assert_eq!([first.items, second.items].concat(), all.items[..4]);
    let legs: StockPage = list(&house, "?q=leg&warehouse=SPB").await.ok();
    assert_eq!(legs.items.len(), 1);
    for (query, field) in [
        ("?page_size=31", "page_size"),
        ("?cursor=x", "cursor"),
        ("?sku=1", "sku"),
    ] {
        let answer = list(&house, query).await;
        assert_eq!(
            (answer.status, answer.fields()),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![field.into()])
        );
    }
}

#[tokio::test]
async fn a_correction_is_made_once() {
    let house = House::open().await;
    let panel = component(&house, "PNL-WAL").await;
    let body = json!({ "component_id": panel, "warehouse": "MSK", "delta": -3, "reason": "Брак" });
    for _ in 0..2 {
        let row: StockRow = correct(&house, "key-1", &body).await.ok();
        assert_eq!((row.on_hand, row.sku.as_str()), (8, "PNL-WAL"));
    }
    let other = json!({ "component_id": panel, "warehouse": "MSK", "delta": -4, "reason": "Брак" });
    let (status, slug, _) = correct(&house, "key-1", &other).await.problem();
    assert_eq!((status, slug.as_str()), (422, "idempotency-key-reused"));
    let (status, slug, body) = correct(
        &house,
        "key-2",
        &json!({ "component_id": panel, "warehouse": "MSK", "delta": -9, "reason": "Брак" }),
    )
    .await
    .problem();
    assert_eq!(
        (status, slug.as_str(), &body["free"]),
        (409, "not-enough-free", &json!(8))
    );
}

#[tokio::test]
async fn bad_corrections_are_named() {
    let house = House::open().await;
    let panel = component(&house, "PNL-WAL").await;
    let good = json!({ "component_id": panel, "warehouse": "MSK", "delta": 1, "reason": "Пересчёт" });
    for (field, value) in [
        ("component_id", json!("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("component_id", json!("panel")),
        ("warehouse", json!("LED")),
        ("warehouse", json!("")),
        ("delta", json!(0)),
        ("delta", json!(1_000_001)),
        ("delta", json!("1")),
        ("reason", json!("x")),
        ("reason", json!("x".repeat(201))),
        ("reason", Value::Null),
        ("who", json!("me")),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let answer = correct(&house, "key", &bad).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec![field.to_owned()]),
            "{bad}"
        );
    }
    let token = house.token(&[Role::Administrator]);
    let answer = house
        .staff(Ask::post(CORRECTIONS).bearer(&token).json(&good))
        .await;
    assert_eq!(answer.problem().1, "idempotency-key-missing");
    let unread = house
        .staff(
            Ask::post(CORRECTIONS)
                .bearer(&token)
                .header("idempotency-key", "k"),
        )
        .await;
    assert_eq!(unread.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for key in ["", "два", "a b", &"k".repeat(129)] {
        assert_eq!(
            correct(&house, key, &good).await.fields(),
            ["Idempotency-Key"],
            "{key}"
        );
    }
    let row: StockRow = correct(&house, "key", &good).await.ok();
    assert_eq!(row.on_hand, 12, "nothing of the bad ones was written");
}

async fn receive(house: &House, key: &str, body: &Value) -> Answer {
    let token = house.token(&[Role::Warehouse]);
    let ask = Ask::post("/api/staff/v1/stock/receipts").bearer(&token);
    house.staff(ask.header("idempotency-key", key).json(body)).await
}

#[tokio::test]
async fn a_delivery_is_entered_once_all_of_it_or_nothing() {
    let house = House::open().await;
    let (panel, legs) = (
        component(&house, "PNL-WAL").await,
        component(&house, "LEG-WHT").await,
    );
    let body = json!({ "warehouse": "SPB", "document": "ТН-17", "lines": [
        { "component_id": panel, "quantity": 5 }, { "component_id": legs, "quantity": 2 } ] });
    let first = receive(&house, "key-1", &body).await;
    let again = receive(&house, "key-1", &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let read = |answer: &Answer| serde_json::from_slice::<Receipt>(&answer.body).expect("a receipt");
    assert_eq!(read(&first), read(&again));
    let legs_there: StockPage = list(&house, "?q=LEG&warehouse=SPB").await.ok();
    assert_eq!(legs_there.items[0].on_hand, 6);

    let mut other = body.clone();
    other["document"] = json!("ТН-18");
    assert_eq!(
        receive(&house, "key-1", &other).await.problem().1,
        "idempotency-key-reused"
    );
    let mut unknown = body.clone();
    unknown["lines"][1]["component_id"] = json!(kernel::random::uuid());
    assert_eq!(
        receive(&house, "key-2", &unknown).await.fields(),
        ["lines[1].component_id"]
    );
    unknown["warehouse"] = json!("LED");
    assert_eq!(receive(&house, "key-2", &unknown).await.fields(), ["warehouse"]);
    let mut wrong = body.clone();
    wrong["lines"][0]["quantity"] = json!(0);
    assert_eq!(
        receive(&house, "key-2", &wrong).await.fields(),
        ["lines[0].quantity"]
    );
    wrong["lines"] = json!([]);
    assert_eq!(receive(&house, "key-2", &wrong).await.fields(), ["lines"]);
    let stranger = house.token(&[Role::Courier]);
    let ask = Ask::post("/api/staff/v1/stock/receipts").bearer(&stranger);
    let refused = house.staff(ask.header("idempotency-key", "k").json(&body)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let panels: StockPage = list(&house, "?q=PNL").await.ok();
    assert_eq!(panels.items.iter().map(|row| row.on_hand).sum::<i64>(), 16);
}

#[tokio::test]
async fn where_a_component_lies_is_noted() {
    let house = House::open().await;
    let panel = component(&house, "PNL-WAL").await;
    let put = async |warehouse: &str, roles: &[Role], body: Value| {
        let path = format!("{STOCK}/{panel}/{warehouse}/shelf");
        house
            .staff(Ask::put(&path).bearer(&house.token(roles)).json(&body))
            .await
    };
    let row: StockRow = put("MSK", &[Role::Warehouse], json!({ "shelf": "C-3" }))
        .await
        .ok();
    assert_eq!(row.shelf.as_deref(), Some("C-3"));
    let row: StockRow = put("MSK", &[Role::Administrator], json!({ "shelf": null }))
        .await
        .ok();
    assert_eq!(row.shelf, None);
    let nowhere = put("EKB", &[Role::Warehouse], json!({ "shelf": "C-3" })).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let empty = put("MSK", &[Role::Warehouse], json!({ "shelf": "" })).await;
    assert_eq!(empty.fields(), ["shelf"]);
    let refused = put("MSK", &[Role::Courier], json!({ "shelf": "C-3" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
