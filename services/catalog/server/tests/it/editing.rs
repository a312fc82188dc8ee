//! Components, units and drafts on the employees' face.

use axum::http::{Method, StatusCode, header};
use contracts::backoffice::Role;
use contracts::catalog::{
    AssortmentChangePage, Component, ComponentPage, Draft, DraftPage, Unit, UnitCheck, UnitPage, UnitView,
};
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};
use crate::seed;

const CATALOG: &str = "/api/staff/v1/catalog";

/// An employee's request.
async fn ask(
    house: &House,
    role: Role,
    method: Method,
    path: &str,
    headers: &[(&'static str, &str)],
    body: &Value,
) -> Answer {
    let token = house.token(&[role]);
    let mut ask = Ask::new(method, &format!("{CATALOG}{path}")).bearer(&token);
    for (name, value) in headers {
        ask = ask.header(name, value);
    }
    if !body.is_null() {
        ask = ask.json(body);
    }
    house.staff(ask).await
}

async fn get(house: &House, path: &str) -> Answer {
    ask(house, Role::Assortment, Method::GET, path, &[], &Value::Null).await
}

async fn post(house: &House, path: &str, key: &str, body: &Value) -> Answer {
    ask(
        house,
        Role::Assortment,
        Method::POST,
        path,
        &[("idempotency-key", key)],
        body,
    )
    .await
}

async fn edit(house: &House, method: Method, path: &str, version: &str, body: &Value) -> Answer {
    ask(
        house,
        Role::Assortment,
        method,
        path,
        &[("if-match", version)],
        body,
    )
    .await
}

fn leg() -> Value {
    json!({
        "sku": "LEG-OAK", "name": { "ru": "Ножка", "en": "Leg" }, "kind": "panel", "color": null,
        "material": "oak", "dimensions": { "height_mm": 700, "width_mm": 60, "depth_mm": 60 },
        "cost": { "amount": 50_000, "currency": "RUB" }, "properties": {}, "lines": [],
    })
}

fn table(component: &str) -> Value {
    json!({
        "slug": "table-oak", "name": { "ru": "Стол", "en": "Table" },
        "description": { "ru": "", "en": "" }, "category": "tables", "color": "walnut", "material": "oak",
        "dimensions": { "height_mm": 750, "width_mm": 1_400, "depth_mm": 800 }, "weight_g": 20_000,
        "properties": {}, "price_by_hand": null,
        "bill": [{ "component_id": component, "quantity": 4, "required": true, "substitutes": [] }],
    })
}

#[tokio::test]
async fn a_component_is_made_changed_deleted_and_restored() {
    let house = House::open().await;
    let made = post(&house, "/components", "k1", &leg()).await;
    let component: Component = made.ok();
    assert_eq!(
        (made.status, made.header(header::ETAG)),
        (StatusCode::CREATED, "\"1\"")
    );
    let path = format!("/components/{}", component.id);
    assert_eq!(made.header(header::LOCATION), format!("{CATALOG}{path}"));
    let again: Component = post(&house, "/components", "k1", &leg()).await.ok();
    assert_eq!(again, component);
    let mut other = leg();
    other["sku"] = json!("LEG-ASH");
    assert_eq!(
        post(&house, "/components", "k1", &other).await.problem().1,
        "idempotency-key-reused"
    );

    let mut dearer = leg();
    dearer["cost"]["amount"] = json!(60_000);
    let unnamed = ask(&house, Role::Assortment, Method::PUT, &path, &[], &dearer).await;
    assert_eq!(
        (unnamed.status.as_u16(), unnamed.problem().1.as_str()),
        (428, "precondition-missing")
    );
    assert_eq!(
        edit(&house, Method::PUT, &path, "1", &dearer).await.fields(),
        ["If-Match"]
    );
    let changed = edit(&house, Method::PUT, &path, "\"1\"", &dearer).await;
    assert_eq!(
        (changed.status, changed.header(header::ETAG)),
        (StatusCode::OK, "\"2\"")
    );
    let (status, slug, body) = edit(&house, Method::PUT, &path, "\"1\"", &leg()).await.problem();
    assert_eq!(
        (status, slug.as_str(), &body["version"]),
        (412, "precondition-failed", &json!(2))
    );
    assert_eq!(
        body["changed"],
        json!([{
            "field": "cost",
            "before": { "amount": 50_000, "currency": "RUB" },
            "now": { "amount": 60_000, "currency": "RUB" },
        }])
    );

    let gone: Component = edit(&house, Method::DELETE, &path, "\"2\"", &Value::Null)
        .await
        .ok();
    assert!(gone.deleted_at.is_some());
    assert_eq!(
        edit(&house, Method::PUT, &path, "\"3\"", &leg())
            .await
            .problem()
            .1,
        "deleted"
    );
    let listed: ComponentPage = get(&house, "/components?q=leg-oak").await.ok();
    assert_eq!(listed.items.len(), 0);
    let listed: ComponentPage = get(&house, "/components?q=leg-oak&deleted=true").await.ok();
    assert_eq!(listed.items[0].id, component.id);
    let back: Component = edit(
        &house,
        Method::POST,
        &format!("{path}/restore"),
        "\"3\"",
        &Value::Null,
    )
    .await
    .ok();
    assert_eq!((back.version, back.deleted_at), (4, None));
    let history: AssortmentChangePage = get(&house, &format!("/history/component/{}", component.id))
        .await
        .ok();
    let told: Vec<_> = history.items.iter().map(|change| change.action.code()).collect();
    assert_eq!(told, ["restore", "delete", "change", "create"]);
}

#[tokio::test]
async fn a_unit_is_checked_made_changed_and_deleted() {
    let house = House::open().await;
    let component: Component = post(&house, "/components", "k1", &leg()).await.ok();
    let content = table(&component.id.to_string());
    let checked: UnitCheck = ask(
        &house,
        Role::Assortment,
        Method::POST,
        "/units/check",
        &[],
        &content,
    )
    .await
    .ok();
    assert_eq!((checked.refusals.len(), checked.available), (0, 0));
    let made: UnitView = post(&house, "/units", "k2", &content).await.ok();
    assert_eq!(made.pricing, checked.pricing);
    assert_eq!(made.pricing.price.map(|price| price.amount), Some(320_000));
    let path = format!("/units/{}", made.unit.id);
    let seen: UnitView = get(&house, &path).await.ok();
    assert_eq!(seen, made);
    let mut heavier = content.clone();
    heavier["weight_g"] = json!(21_000);
    let changed: UnitView = edit(&house, Method::PUT, &path, "\"1\"", &heavier).await.ok();
    assert_eq!((changed.unit.version, changed.unit.content.weight_g), (2, 21_000));
    let listed: UnitPage = get(&house, "/units?q=table-oak&page_size=1").await.ok();
    assert_eq!((listed.items[0].version, listed.next_cursor), (2, None));
    let unpriced: UnitPage = get(&house, "/units?no_price=true").await.ok();
    assert_eq!(
        (unpriced.items.len(), unpriced.items[0].slug.as_str()),
        (1, seed::SHELF)
    );
    let used = edit(
        &house,
        Method::DELETE,
        &format!("/components/{}", component.id),
        "\"1\"",
        &Value::Null,
    )
    .await;
    let (status, slug, body) = used.problem();
    assert_eq!(
        (status, slug.as_str(), &body["total"]),
        (409, "in-use", &json!(1))
    );
    let gone: Unit = edit(&house, Method::DELETE, &path, "\"2\"", &Value::Null)
        .await
        .ok();
    assert!(gone.deleted_at.is_some());
    let back: Unit = edit(
        &house,
        Method::POST,
        &format!("{path}/restore"),
        "\"3\"",
        &Value::Null,
    )
    .await
    .ok();
    assert_eq!(back.version, 4);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let house = House::open().await;
    let component: Component = post(&house, "/components", "k1", &leg()).await.ok();
    for (field, value) in [
        ("sku", json!("leg")),
        ("name", json!({ "ru": "", "en": "Leg" })),
        ("kind", json!("spaceship")),
        ("color", json!("ultraviolet")),
        (
            "dimensions",
            json!({ "height_mm": 0, "width_mm": 1, "depth_mm": 1 }),
        ),
        ("cost", json!({ "amount": -1, "currency": "RUB" })),
        ("weight", json!(1)),
    ] {
        let mut bad = leg();
        bad[field] = value;
        let answer = post(&house, "/components", "k2", &bad).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec![field.to_owned()]),
            "{bad}"
        );
    }
    for (field, value) in [
        ("slug", json!("Table")),
        ("category", json!("spaceships")),
        ("weight_g", json!(0)),
        ("price_by_hand", json!({ "amount": -1, "currency": "RUB" })),
    ] {
        let mut bad = table(&component.id.to_string());
        bad[field] = value;
        for path in ["/units", "/units/check"] {
            let answer = post(&house, path, "k2", &bad).await;
            assert_eq!(
                (answer.status.as_u16(), answer.fields()),
                (422, vec![field.to_owned()]),
                "{bad}"
            );
        }
    }
    let mut bad = table(&component.id.to_string());
    bad["bill"][0]["quantity"] = json!(0);
    assert_eq!(
        post(&house, "/units", "k2", &bad).await.fields(),
        ["bill[0].quantity"]
    );
    let missing = ask(
        &house,
        Role::Assortment,
        Method::POST,
        "/units",
        &[],
        &table(&component.id.to_string()),
    )
    .await;
    assert_eq!(missing.problem().1, "idempotency-key-missing");
    for path in ["/components", "/units", "/drafts"] {
        let path = format!("{path}/01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(get(&house, &path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn cycles_and_assemblies_on_shelves_are_refused_by_name() {
    let house = House::open().await;
    let component: Component = post(&house, "/components", "k1", &leg()).await.ok();
    let mut frame = leg();
    frame["sku"] = json!("FRAME");
    frame["cost"] = Value::Null;
    frame["lines"] = json!([{ "component_id": component.id, "quantity": 4, "required": true }]);
    let made: Component = post(&house, "/components", "k2", &frame).await.ok();
    let mut of_frame = leg();
    of_frame["cost"] = Value::Null;
    of_frame["lines"] = json!([{ "component_id": made.id, "quantity": 1, "required": true }]);
    let path = format!("/components/{}", component.id);
    let (status, slug, body) = edit(&house, Method::PUT, &path, "\"1\"", &of_frame)
        .await
        .problem();
    assert_eq!((status, slug.as_str()), (409, "assembly-cycle"));
    let mut skus: Vec<_> = body["cycle"]
        .as_array()
        .expect("names")
        .iter()
        .map(|named| named["sku"].clone())
        .collect();
    skus.sort_by_key(ToString::to_string);
    assert_eq!(skus, [json!("FRAME"), json!("LEG-OAK")]);
    let lying: ComponentPage = get(&house, "/components?q=PNL-WAL").await.ok();
    let lying = &lying.items[0];
    let mut content = of_frame.clone();
    content["sku"] = json!("PNL-WAL");
    let path = format!("/components/{}", lying.id);
    let (_, slug, body) = edit(&house, Method::PUT, &path, "\"1\"", &content)
        .await
        .problem();
    assert_eq!(
        (slug.as_str(), &body["pieces"]),
        ("assembly-in-stock", &json!(11))
    );
}

/// CAT-7: with the editor open, a unit like another one is on sale after five actions at most.
#[tokio::test]
async fn a_unit_is_drafted_and_published_in_three_actions() {
    let house = House::open().await;
    let component: Component = post(&house, "/components", "k1", &leg()).await.ok();
    let mut content = table(&component.id.to_string());
    content["weight_g"] = Value::Null;
    // 1: begin, with whatever was typed.
    let new = json!({ "subject": "product", "target_id": null, "content": content });
    let begun = post(&house, "/drafts", "k1", &new).await;
    let draft: Draft = begun.ok();
    let path = format!("/drafts/{}", draft.id);
    assert_eq!(begun.header(header::LOCATION), format!("{CATALOG}{path}"));
    assert_eq!(
        post(&house, &format!("{path}/publish"), "-", &Value::Null)
            .await
            .fields(),
        ["weight_g"],
        "half a unit is none"
    );
    // 2: save what is missing.
    content["weight_g"] = json!(20_000);
    let saved = edit(
        &house,
        Method::PUT,
        &path,
        "\"1\"",
        &json!({ "content": content }),
    )
    .await;
    assert_eq!(
        (saved.status, saved.header(header::ETAG)),
        (StatusCode::OK, "\"2\"")
    );
    let stale = edit(&house, Method::PUT, &path, "\"1\"", &json!({ "content": {} })).await;
    assert_eq!(stale.problem().1, "precondition-failed");
    let listed: DraftPage = get(&house, "/drafts").await.ok();
    assert_eq!((listed.items.len(), listed.items[0].version), (1, 2));
    // 3: publish.
    let published: Value = post(&house, &format!("{path}/publish"), "-", &Value::Null)
        .await
        .ok();
    assert_eq!(
        (&published["subject"], &published["saved"]["slug"]),
        (&json!("product"), &json!("table-oak"))
    );
    let again: Value = post(&house, &format!("{path}/publish"), "-", &Value::Null)
        .await
        .ok();
    assert_eq!(again, published);
    assert_eq!(get(&house, &path).await.status, StatusCode::NOT_FOUND);

    let of_target = json!({ "subject": "product", "target_id": published["saved"]["id"], "content": null });
    let draft: Draft = post(&house, "/drafts", "k2", &of_target).await.ok();
    let path = format!("/drafts/{}", draft.id);
    let gone = edit(&house, Method::DELETE, &path, "\"1\"", &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn only_those_who_make_the_assortment_edit_it() {
    let house = House::open().await;
    for role in [Role::Warehouse, Role::Analyst, Role::Security] {
        for (method, path) in [
            (Method::GET, "/components"),
            (Method::POST, "/components"),
            (Method::GET, "/units"),
            (Method::POST, "/units"),
            (Method::POST, "/units/check"),
            (Method::GET, "/drafts"),
            (Method::POST, "/drafts"),
        ] {
            let answer = ask(&house, role, method, path, &[("idempotency-key", "k")], &leg()).await;
            assert_eq!(answer.problem().1, "forbidden", "{role:?} {path}");
        }
    }
    let made = ask(
        &house,
        Role::Administrator,
        Method::POST,
        "/components",
        &[("idempotency-key", "k")],
        &leg(),
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED);
}
