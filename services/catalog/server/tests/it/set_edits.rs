//! Employees shape sets (CAT-8): versions, creations made once, reasons of refusals.

use axum::http::{Method, StatusCode, header};
use contracts::backoffice::Role;
use contracts::catalog::{Entry, ProductDetail, SetEntry, SetEntryPage, SetKindContent};
use kernel::ProductId;
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};
use crate::seed::{TABLE, WARDROBE};

const SETS: &str = "/api/staff/v1/catalog/sets";

async fn house() -> House {
    let house = House::open().await;
    pg::sqlx::raw_sql(
        "INSERT INTO set_kind (code, name_ru, name_en, position, same_color, same_material, max_discount_bp)
         VALUES ('bedroom', 'Спальня', 'Bedroom', 1, true, true, 500);
         INSERT INTO set_kind_requirement (kind, category, quantity) VALUES ('bedroom', 'wardrobes', 1)",
    )
    .execute(house.db.admin())
    .await
    .expect("a kind");
    house
}

async fn id_of(house: &House, slug: &str) -> ProductId {
    let path = format!("/api/catalog/v1/products/{slug}");
    house.get(&path).await.ok::<ProductDetail>().card.id
}

async fn ask(house: &House, ask: Ask) -> Answer {
    house.staff(ask.bearer(&house.token(&[Role::Assortment]))).await
}

async fn body(house: &House) -> Value {
    json!({
        "external_id": "BED-1", "kind": "bedroom", "name": { "ru": "Спальня", "en": "Bedroom" },
        "description": { "ru": "", "en": "" }, "color": "walnut", "material": "oak",
        "units": [{ "product_id": id_of(house, WARDROBE).await, "quantity": 1 }],
    })
}

async fn create(house: &House, key: &str, body: &Value) -> Answer {
    ask(house, Ask::post(SETS).header("idempotency-key", key).json(body)).await
}

#[tokio::test]
async fn a_set_is_made_once_changed_deleted_and_brought_back() {
    let house = house().await;
    let mut content = body(&house).await;
    let made = create(&house, "k", &content).await;
    assert_eq!(
        (made.status, made.header(header::ETAG)),
        (StatusCode::CREATED, "\"1\"")
    );
    let entry: SetEntry = made.ok();
    let path = format!("{SETS}/{}", entry.id);
    assert_eq!(made.header(header::LOCATION), path);
    assert_eq!(
        create(&house, "k", &content).await.ok::<SetEntry>(),
        entry,
        "the same again"
    );
    let shown = house.get("/api/catalog/v1/sets/BED-1").await.ok::<Value>();
    assert_eq!(shown["state"], "complete");

    content["name"]["en"] = json!("A bedroom");
    assert_eq!(
        create(&house, "k", &content).await.problem().0,
        422,
        "the key was used"
    );
    let change = |tag: &str| Ask::put(&path).header("if-match", tag).json(&content);
    let changed = ask(&house, change("\"1\"")).await;
    assert_eq!(changed.header(header::ETAG), "\"2\"");
    let (status, slug, problem) = ask(&house, change("\"1\"")).await.problem();
    assert_eq!((status, slug.as_str()), (412, "precondition-failed"));
    assert_eq!(problem["changed"][0]["field"], "name");
    assert_eq!(ask(&house, Ask::put(&path).json(&content)).await.problem().0, 428);

    let delete = Ask::new(Method::DELETE, &path).header("if-match", "\"2\"");
    let deleted: SetEntry = ask(&house, delete).await.ok();
    assert!(deleted.deleted_at.is_some());
    house.clock.advance(time::Duration::SECOND);
    assert_eq!(house.get("/api/catalog/v1/sets/BED-1").await.problem().0, 404);
    assert_eq!(ask(&house, change("\"3\"")).await.problem().1, "deleted");
    let restore = Ask::post(&format!("{path}/restore")).header("if-match", "\"3\"");
    let back: SetEntry = ask(&house, restore).await.ok();
    assert_eq!((back.version, back.deleted_at), (4, None));
    assert_eq!(ask(&house, Ask::get(&path)).await.ok::<SetEntry>(), back);
    let page: SetEntryPage = ask(&house, Ask::get(SETS)).await.ok();
    assert_eq!((page.items, page.next_cursor), (vec![back], None));
}

#[tokio::test]
async fn a_set_that_does_not_fit_together_is_refused_with_reasons() {
    let house = house().await;
    let table = id_of(&house, TABLE).await;
    let good = body(&house).await;
    let stranger = json!("01890a5d-ac96-774b-bcce-b302099a8099");
    let units = |more: Value| {
        let mut wrong = good.clone();
        wrong["units"].as_array_mut().expect("units").push(more);
        wrong
    };
    let with = |field: &str, value: Value| {
        let mut wrong = good.clone();
        wrong[field] = value;
        wrong
    };
    let mut cases = vec![
        (
            units(json!({ "product_id": table, "quantity": 1 })),
            vec!["units[1].product_id", "units[1].product_id"],
        ),
        (
            units(json!({ "product_id": stranger, "quantity": 1 })),
            vec!["units[1].product_id"],
        ),
        (units(good["units"][0].clone()), vec!["units[1].product_id"]),
        (with("kind", json!("castle")), vec!["kind"]),
        (with("color", json!("pink")), vec!["color", "units[0].product_id"]),
        (
            with("external_id", json!("01890a5d-ac96-774b-bcce-b302099a8099")),
            vec!["external_id"],
        ),
        (with("external_id", json!("a b")), vec!["external_id"]),
        (with("name", json!({ "ru": "", "en": "x" })), vec!["name"]),
    ];
    for (wrong, fields) in cases.drain(..) {
        let answer = create(&house, "k", &wrong).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, fields.into_iter().map(str::to_owned).collect()),
            "{wrong}"
        );
    }
    let (.., problem) = create(&house, "k", &units(json!({ "product_id": table, "quantity": 1 })))
        .await
        .problem();
    let codes: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    assert_eq!(codes, ["color", "material"]);
    // What was refused was not made, so the key is free.
    assert_eq!(create(&house, "k", &good).await.status, StatusCode::CREATED);
    assert_eq!(
        create(&house, "other", &good).await.fields(),
        ["external_id"],
        "there is one of that name"
    );
}

#[tokio::test]
async fn sets_are_for_those_who_make_the_assortment() {
    let house = house().await;
    for (role, status) in [
        (Role::Assortment, 200),
        (Role::Administrator, 200),
        (Role::Warehouse, 403),
        (Role::Analyst, 403),
    ] {
        let token = house.token(&[role]);
        assert_eq!(
            house.staff(Ask::get(SETS).bearer(&token)).await.status.as_u16(),
            status,
            "{role:?}"
        );
    }
}

#[tokio::test]
async fn kinds_of_sets_are_edited_like_all_of_the_vocabulary() {
    let house = house().await;
    let kinds = "/api/staff/v1/catalog/set-kinds";
    let content = json!({
        "code": "hall", "name": { "ru": "Прихожая", "en": "Hall" }, "position": 2, "same_color": true,
        "same_material": false, "max_discount_bp": 700,
        "requirements": [{ "category": "shelves", "quantity": 1 }, { "category": "stools", "quantity": 2 }],
    });
    let creation = |body: &Value| Ask::post(kinds).header("idempotency-key", "k").json(body);
    for (field, value, wrong) in [
        (
            "requirements",
            json!([{ "category": "castles", "quantity": 1 }]),
            "requirements[0].category",
        ),
        (
            "requirements",
            json!([{ "category": "stools", "quantity": 0 }]),
            "requirements[0].quantity",
        ),
        ("max_discount_bp", json!(10_001), "max_discount_bp"),
        ("code", json!("Hall"), "code"),
    ] {
        let mut body = content.clone();
        body[field] = value;
        assert_eq!(ask(&house, creation(&body)).await.fields(), [wrong]);
    }
    let made = ask(&house, creation(&content)).await;
    assert_eq!(
        (made.status, made.header(header::ETAG)),
        (StatusCode::CREATED, "\"1\"")
    );
    let entry: Entry<SetKindContent> = made.ok();
    assert_eq!(entry.content.requirements.len(), 2);

    // The kind of a set cannot go.
    let set = body(&house).await;
    assert_eq!(create(&house, "set", &set).await.status, StatusCode::CREATED);
    let delete =
        |code: &str| Ask::new(Method::DELETE, &format!("{kinds}/{code}")).header("if-match", "\"1\"");
    let (status, slug, problem) = ask(&house, delete("bedroom")).await.problem();
    assert_eq!(
        (status, slug.as_str(), &problem["total"]),
        (409, "in-use", &json!(1))
    );
    assert_eq!(ask(&house, delete("hall")).await.status, StatusCode::OK);
    let mut gone = set.clone();
    gone["kind"] = json!("hall");
    gone["external_id"] = json!("HALL-1");
    assert_eq!(create(&house, "gone", &gone).await.fields(), ["kind"]);
}
