//! Sets on the customers' face.

use axum::http::StatusCode;
use contracts::catalog::{ProductDetail, SetDetail, SetPage, SetStanding, SetState};
use kernel::{Money, ProductId};
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};
use crate::seed::{TABLE, WARDROBE};

const SETS: &str = "/api/catalog/v1/sets";
const CHECK: &str = "/api/catalog/v1/sets/check";

/// A bedroom needs a wardrobe; this one has it, and a stool beside.
pub async fn bedroom() -> House {
    let house = House::open().await;
    pg::sqlx::raw_sql(
        "INSERT INTO set_kind (code, name_ru, name_en, position, same_color, same_material, max_discount_bp)
         VALUES ('bedroom', 'Спальня', 'Bedroom', 1, true, true, 500);
         INSERT INTO set_kind_requirement (kind, category, quantity) VALUES ('bedroom', 'wardrobes', 1);
         INSERT INTO product_set (id, external_id, kind, name_ru, name_en, description_ru, description_en, color, material,
                                  created_at)
         VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 'BED-1', 'bedroom', 'Спальня «Онега»', 'Onega bedroom', 'о', 'd',
                 'walnut', 'oak', '2026-03-01Z');
         INSERT INTO product_set_unit (set_id, product_id, quantity, position)
         SELECT '01890a5d-ac96-774b-bcce-b302099a8057', id, 1, 0 FROM product
         WHERE slug IN ('wardrobe-onega-walnut', 'stool-0')",
    )
    .execute(house.db.admin())
    .await
    .expect("a set");
    house
}

async fn id_of(house: &House, slug: &str) -> ProductId {
    let path = format!("/api/catalog/v1/products/{slug}");
    house.get(&path).await.ok::<ProductDetail>().card.id
}

async fn check(house: &House, body: &Value) -> Answer {
    house.edge(Ask::post(CHECK).json(body)).await
}

#[tokio::test]
async fn a_set_is_listed_and_found() {
    let house = bedroom().await;
    let page: SetPage = house.get(&format!("{SETS}?kind=bedroom&color=walnut")).await.ok();
    assert_eq!((page.items.len(), page.next_cursor), (1, None));
    let by_id: SetDetail = house
        .get(&format!("{SETS}/01890a5d-ac96-774b-bcce-b302099a8057"))
        .await
        .ok();
    let by_name: SetDetail = house.get(&format!("{SETS}/BED-1")).await.ok();
    assert_eq!(by_id, by_name);
    assert_eq!(by_id.card, page.items[0]);
    let standing = &by_id.card.standing;
    assert_eq!(standing.state, SetState::CompleteWithExtras);
    // 12,800 and 800.
    assert_eq!(
        (standing.total, standing.discount),
        (Some(Money::rub(13_600_00)), Some(Money::rub(680_00)))
    );
    assert_eq!(
        (by_id.contents.len(), by_id.availability.total),
        (2, 0),
        "there are no seats for stools"
    );
    let none: SetPage = house.get(&format!("{SETS}?material=chipboard")).await.ok();
    assert_eq!(none.items, []);
}

#[tokio::test]
async fn answers_are_made_once_and_known_again() {
    let house = bedroom().await;
    for path in [SETS.to_owned(), format!("{SETS}/BED-1")] {
        let first = house.get(&path).await;
        let etag = first.header(axum::http::header::ETAG);
        let again = house.edge(Ask::get(&path).header("if-none-match", etag)).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    assert_eq!((house.operations("set"), house.operations("list_sets")), (1, 1));
}

#[tokio::test]
async fn what_names_no_set_is_not_found() {
    let house = bedroom().await;
    let long = "a".repeat(65);
    for name in [
        "BED-2",
        "01890a5d-ac96-774b-bcce-b302099a8058",
        "%D1%88",
        "a%00b",
        "'%20or%201=1",
        &long,
    ] {
        let (status, slug, _) = house.get(&format!("{SETS}/{name}")).await.problem();
        assert_eq!((status, slug.as_str()), (404, "not-found"), "{name}");
    }
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let house = bedroom().await;
    for (query, field) in [
        ("category=tables", "category"),
        ("kind=A", "kind"),
        ("color=", "color"),
        ("material=a'b", "material"),
        ("page_size=31", "page_size"),
        ("cursor=!", "cursor"),
    ] {
        let answer = house.get(&format!("{SETS}?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec![field.to_owned()]),
            "{query}"
        );
    }
}

#[tokio::test]
async fn units_are_checked_against_the_rules() {
    let house = bedroom().await;
    let (wardrobe, table) = (id_of(&house, WARDROBE).await, id_of(&house, TABLE).await);
    let body =
        |units: Value| json!({ "kind": "bedroom", "color": "walnut", "material": "oak", "units": units });
    let whole: SetStanding = check(&house, &body(json!([{ "product_id": wardrobe, "quantity": 1 }])))
        .await
        .ok();
    assert_eq!(
        (whole.state, whole.total, whole.discount),
        (
            SetState::Complete,
            Some(Money::rub(12_800_00)),
            Some(Money::rub(640_00))
        )
    );
    // A white table of chipboard is refused twice, each time with the rule and both values.
    let mixed =
        body(json!([{ "product_id": wardrobe, "quantity": 1 }, { "product_id": table, "quantity": 2 }]));
    let mixed: Value = check(&house, &mixed).await.ok();
    assert_eq!(mixed["state"], "incomplete");
    let told: Vec<_> = mixed["refusals"]
        .as_array()
        .expect("refusals")
        .iter()
        .map(|one| {
            (
                one["product_id"].clone(),
                one["rule"].clone(),
                one["set"].clone(),
                one["unit"].clone(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (json!(table), json!("color"), json!("walnut"), json!("white")),
            (json!(table), json!("material"), json!("oak"), json!("chipboard")),
        ]
    );
    let stranger = "01890a5d-ac96-774b-bcce-b302099a8099";
    let many: Vec<Value> = (0..51)
        .map(|_| json!({ "product_id": wardrobe, "quantity": 1 }))
        .collect();
    for (wrong, fields) in [
        (
            json!({ "kind": "castle", "color": "pink", "material": "oak", "units": [] }),
            vec!["kind", "color"],
        ),
        (
            body(json!([{ "product_id": stranger, "quantity": 1 }])),
            vec!["units[0].product_id"],
        ),
        (
            body(json!([{ "product_id": wardrobe, "quantity": 0 }])),
            vec!["units[0].quantity"],
        ),
        (body(json!(many)), vec!["units"]),
        (
            json!({ "kind": "bedroom", "color": "walnut", "material": "oak" }),
            vec!["units"],
        ),
    ] {
        let answer = check(&house, &wrong).await;
        assert_eq!(answer.status.as_u16(), 422, "{wrong}: {answer:?}");
        assert_eq!(answer.fields(), fields, "{wrong}");
    }
}
