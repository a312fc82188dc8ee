//! The vocabulary on the employees' face.

use axum::http::{Method, header};
use contracts::backoffice::Role;
use contracts::catalog::{
    CategoryContent, ColorContent, ComponentTypeContent, Entries, Entry, MarginContent, MaterialContent,
    PropertyContent, RuleContent, WarehouseView, Warehouses,
};
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};

const BASE: &str = "/api/staff/v1/catalog";
const KINDS: [&str; 8] = [
    "categories",
    "colors",
    "materials",
    "properties",
    "component-types",
    "rules",
    "margins",
    "warehouses",
];

async fn ask(
    house: &House,
    method: Method,
    path: &str,
    headers: &[(&'static str, &str)],
    body: Option<&Value>,
) -> Answer {
    let token = house.token(&[Role::Assortment]);
    let mut ask = Ask::new(method, &format!("{BASE}{path}")).bearer(&token);
    for (name, value) in headers {
        ask = ask.header(name, value);
    }
    if let Some(body) = body {
        ask = ask.json(body);
    }
    house.staff(ask).await
}

async fn get(house: &House, path: &str) -> Answer {
    ask(house, Method::GET, path, &[], None).await
}

async fn make(house: &House, kind: &str, key: &str, body: &Value) -> Answer {
    let path = format!("/{kind}");
    ask(
        house,
        Method::POST,
        &path,
        &[("idempotency-key", key)],
        Some(body),
    )
    .await
}

async fn change(house: &House, path: &str, version: i64, body: &Value) -> Answer {
    let tag = format!("\"{version}\"");
    ask(house, Method::PUT, path, &[("if-match", &tag)], Some(body)).await
}

fn name(text: &str) -> Value {
    json!({ "ru": text, "en": text })
}

fn red() -> Value {
    json!({ "code": "red", "name": name("Красный"), "hex": "#cc0000", "position": 3 })
}

/// A thing of each kind that fits the small assortment.
fn sound(kind: &str) -> (&'static str, Value) {
    match kind {
        "categories" => (
            "beds",
            json!({ "code": "beds", "parent": "tables", "name": name("Кровати"), "position": 1, "properties": [] }),
        ),
        "colors" => ("red", red()),
        "materials" => (
            "glass",
            json!({ "code": "glass", "name": name("Стекло"), "position": 1 }),
        ),
        "properties" => (
            "seats",
            json!({
                "code": "seats", "name": name("Места"), "kind": "number", "unit": null, "filterable": true,
                "position": 1, "choices": []
            }),
        ),
        "component-types" => (
            "hinge",
            json!({ "code": "hinge", "name": name("Петля"), "position": 1, "properties": [] }),
        ),
        "rules" => (
            "same-colour",
            json!({
                "code": "same-colour", "name": name("Цвет"), "category": "tables", "component_type": null,
                "condition": { "check": "equal", "unit": "color", "component": "color" }
            }),
        ),
        "margins" => (
            "tables",
            json!({ "category": "tables", "margin_bp": 100, "step": 10 }),
        ),
        "warehouses" => (
            "KZN",
            json!({
                "code": "KZN", "name": name("Казань"), "address": name("Казань, Складская, 1"), "position": 4,
                "capacity_l": 1000, "place": { "latitude": 55.8, "longitude": 49.1 }
            }),
        ),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn every_kind_is_made_changed_deleted_and_restored() {
    let house = House::open().await;
    for kind in KINDS {
        let (code, body) = sound(kind);
        let path = format!("/{kind}/{code}");
        assert_eq!(get(&house, &path).await.problem().0, 404, "{kind}");
        for _ in 0..2 {
            let made = make(&house, kind, kind, &body).await;
            assert_eq!(made.status.as_u16(), 201, "{made:?}");
            assert_eq!(made.header(header::ETAG), "\"1\"", "{kind}");
            assert_eq!(made.header(header::LOCATION), format!("{BASE}{path}"));
        }
        let mut other = body.clone();
        other["position"] = json!(77);
        other["margin_bp"] = json!(77);
        let drop = if kind == "margins" || kind == "rules" {
            "position"
        } else {
            "margin_bp"
        };
        other.as_object_mut().expect("an object").remove(drop);
        if kind == "rules" {
            other.as_object_mut().expect("an object").remove("margin_bp");
            other["name"] = name("Другое");
        }
        let reused = make(&house, kind, kind, &other).await;
        assert_eq!(reused.problem().1, "idempotency-key-reused", "{kind}");
        let taken = make(&house, kind, "another", &body).await;
        assert_eq!(taken.problem().0, 422, "{kind}");

        let missing = ask(&house, Method::PUT, &path, &[], Some(&other)).await;
        assert_eq!(
            (missing.problem().0, &*missing.problem().1),
            (428, "precondition-missing")
        );
        let changed = change(&house, &path, 1, &other).await;
        assert_eq!(
            (changed.status.as_u16(), changed.header(header::ETAG)),
            (200, "\"2\""),
            "{changed:?}"
        );
        let stale = change(&house, &path, 1, &body).await;
        let (status, slug, problem) = stale.problem();
        assert_eq!(
            (status, slug.as_str(), stale.header(header::ETAG)),
            (412, "precondition-failed", "\"2\"")
        );
        assert_eq!(problem["changed"].as_array().map(Vec::len), Some(1), "{problem}");

        let delete = async |tag: &str| ask(&house, Method::DELETE, &path, &[("if-match", tag)], None).await;
        assert_eq!(delete("\"1\"").await.problem().0, 412, "{kind}");
        assert_eq!(
            ask(&house, Method::DELETE, &path, &[], None).await.problem().0,
            428
        );
        let deleted: Value = delete("\"2\"").await.ok();
        assert!(deleted["deleted_at"].is_string(), "{deleted}");
        if kind == "margins" {
            assert_eq!(get(&house, &path).await.problem().0, 404);
            continue;
        }
        assert_eq!(change(&house, &path, 3, &body).await.problem().1, "deleted");
        let restore = format!("{path}/restore");
        let restored = ask(&house, Method::POST, &restore, &[("if-match", "\"3\"")], None).await;
        assert_eq!(
            (restored.status.as_u16(), restored.header(header::ETAG)),
            (200, "\"4\"")
        );
        let shown: Value = get(&house, &path).await.ok();
        assert_eq!(
            (&shown["deleted_at"], &shown["version"]),
            (&Value::Null, &json!(4))
        );
    }
    let history: Value = get(&house, "/history/color/red").await.ok();
    let actions: Vec<_> = history["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|change| change["action"].as_str().expect("an action"))
        .collect();
    assert_eq!(actions, ["restore", "delete", "change", "create"]);
}

#[tokio::test]
async fn lists_are_typed_and_for_those_who_make_the_assortment() {
    let house = House::open().await;
    let listed = async |kind: &str| get(&house, &format!("/{kind}")).await;
    assert_eq!(
        listed("categories")
            .await
            .ok::<Entries<CategoryContent>>()
            .items
            .len(),
        4
    );
    assert_eq!(
        listed("colors").await.ok::<Entries<ColorContent>>().items.len(),
        2
    );
    assert_eq!(
        listed("materials")
            .await
            .ok::<Entries<MaterialContent>>()
            .items
            .len(),
        2
    );
    assert_eq!(
        listed("properties")
            .await
            .ok::<Entries<PropertyContent>>()
            .items
            .len(),
        0
    );
    assert!(
        !listed("component-types")
            .await
            .ok::<Entries<ComponentTypeContent>>()
            .items
            .is_empty()
    );
    assert_eq!(listed("rules").await.ok::<Entries<RuleContent>>().items.len(), 0);
    assert_eq!(
        listed("margins").await.ok::<Entries<MarginContent>>().items.len(),
        1
    );
    assert_eq!(listed("warehouses").await.ok::<Warehouses>().items.len(), 3);
    for kind in KINDS {
        let (code, body) = sound(kind);
        for role in [Role::Warehouse, Role::Analyst] {
            let token = house.token(&[role]);
            let paths = [
                (Method::GET, format!("{BASE}/{kind}")),
                (Method::POST, format!("{BASE}/{kind}")),
                (Method::GET, format!("{BASE}/{kind}/{code}")),
                (Method::PUT, format!("{BASE}/{kind}/{code}")),
                (Method::DELETE, format!("{BASE}/{kind}/{code}")),
                (Method::POST, format!("{BASE}/{kind}/{code}/restore")),
            ];
            for (method, path) in paths {
                let answer = house
                    .staff(Ask::new(method.clone(), &path).bearer(&token).json(&body))
                    .await;
                assert_eq!(answer.problem().0, 403, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_used_stays_and_what_is_wrong_is_named() {
    let house = House::open().await;
    let used = ask(
        &house,
        Method::DELETE,
        "/colors/walnut",
        &[("if-match", "\"1\"")],
        None,
    )
    .await;
    let (status, slug, problem) = used.problem();
    assert_eq!((status, slug.as_str()), (409, "in-use"));
    let users = problem["users"].as_array().expect("users");
    assert!(
        users.len() == 20 && problem["total"].as_i64() > Some(20),
        "{problem}"
    );
    for (field, value) in [
        ("code", json!("Red")),
        ("code", json!("")),
        ("code", json!("-red")),
        ("name", json!({ "ru": " ", "en": "x" })),
        ("name", json!({ "ru": "x\u{1}", "en": "x" })),
        ("hex", json!("#CC0000")),
        ("hex", json!("cc0000")),
        ("position", json!("1")),
        ("version", json!(1)),
    ] {
        let mut bad = red();
        bad[field] = value;
        let answer = make(&house, "colors", "bad", &bad).await;
        assert_eq!(
            (answer.problem().0, answer.fields()),
            (422, vec![field.to_owned()]),
            "{bad}"
        );
    }
    let keyless = ask(&house, Method::POST, "/colors", &[], Some(&red())).await;
    assert_eq!(keyless.problem().1, "idempotency-key-missing");
    let renamed = change(&house, "/colors/walnut", 1, &red()).await;
    assert_eq!(renamed.fields(), ["code"]);
    let none = change(&house, "/colors/none", 1, &red()).await;
    assert_eq!(none.problem().0, 404);
    let kept = ask(
        &house,
        Method::DELETE,
        "/margins/_default",
        &[("if-match", "\"1\"")],
        None,
    )
    .await;
    assert_eq!(kept.fields(), ["category"]);
}

#[tokio::test]
async fn a_warehouse_shows_its_room() {
    let house = House::open().await;
    let seen: WarehouseView = get(&house, "/warehouses/MSK").await.ok();
    assert_eq!(seen.free_l, None, "nobody measured it");
    assert!(seen.used_l > 0, "{seen:?}");
    let body = json!({
        "code": "MSK", "name": name("Москва"), "address": name("Москва"), "position": 1,
        "capacity_l": seen.used_l + 10, "place": null
    });
    let changed: Entry<Value> = change(&house, "/warehouses/MSK", 1, &body).await.ok();
    assert_eq!(changed.version, 2);
    let all: Warehouses = get(&house, "/warehouses").await.ok();
    assert_eq!(
        (all.items[0].used_l, all.items[0].free_l),
        (seen.used_l, Some(10))
    );
    let overfull = json!({
        "code": "MSK", "name": name("Москва"), "address": name("Москва"), "position": 1, "capacity_l": 1,
        "place": { "latitude": 91, "longitude": 0 }
    });
    assert_eq!(
        change(&house, "/warehouses/MSK", 2, &overfull).await.fields(),
        ["place.latitude"]
    );
}
