//! Bodies that are JSON, and not what the operation takes.

use std::collections::BTreeMap;

use axum::Router;
use garde::Validate;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{SECRET, accepts, post_json, refused, taking};

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "only read")]
struct Order {
    customer: Customer,
    lines: Vec<Line>,
    #[serde(default)]
    room: Option<Room>,
    #[serde(default)]
    sizes: BTreeMap<String, u32>,
    #[serde(default)]
    delivery: Delivery,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Customer {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Line {
    product: Uuid,
    quantity: u16,
    #[serde(default)]
    change: i8,
    #[serde(default)]
    weight: f64,
    #[serde(default)]
    gift: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Room {
    Kitchen,
    Hall,
}

#[derive(Debug, Default, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
enum Delivery {
    #[default]
    Pickup,
    Courier {
        floor: u8,
    },
}

fn app() -> Router {
    taking::<Order>()
}

fn order() -> Value {
    let line = json!({ "product": "0190a5c0-0000-7000-8000-000000000001", "quantity": 1 });
    json!({ "customer": { "name": "Анна" }, "lines": [line.clone(), line] })
}

/// A good order, save for `value` at `pointer`.
fn with(pointer: &str, value: Value) -> String {
    let mut order = order();
    let (parent, member) = pointer.rsplit_once('/').expect("a JSON pointer");
    let parent = order.pointer_mut(parent).expect("the parent exists");
    parent
        .as_object_mut()
        .expect("an object")
        .insert(member.to_owned(), value);
    order.to_string()
}

fn without(pointer: &str) -> String {
    let mut order = order();
    let (parent, member) = pointer.rsplit_once('/').expect("a JSON pointer");
    let parent = order.pointer_mut(parent).and_then(Value::as_object_mut);
    assert!(parent.expect("an object").remove(member).is_some());
    order.to_string()
}

#[tokio::test]
async fn a_good_order_is_taken() {
    accepts(&app(), post_json(order().to_string())).await;
    accepts(&app(), post_json(with("/room", json!("hall")))).await;
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_named_with_its_path() {
    let string = ("type", "нужна строка", "must be a string");
    let integer = ("type", "нужно целое число", "must be an integer");
    let object = ("type", "нужен объект", "must be an object");
    for (at, value, field, (code, ru, en)) in [
        ("/customer/name", json!(5), "customer.name", string),
        ("/customer/name", json!([SECRET]), "customer.name", string),
        ("/customer", json!(SECRET), "customer", object),
        ("/customer", json!([]), "customer", object),
        ("/lines/1/quantity", json!(SECRET), "lines[1].quantity", integer),
        ("/lines/1/quantity", json!(1.5), "lines[1].quantity", integer),
        ("/lines/0/quantity", json!(null), "lines[0].quantity", integer),
        ("/sizes", json!({ "height": SECRET }), "sizes.height", integer),
        ("/sizes", json!(true), "sizes", object),
        (
            "/lines",
            json!({}),
            "lines",
            ("type", "нужен список", "must be an array"),
        ),
        (
            "/lines/0/weight",
            json!(SECRET),
            "lines[0].weight",
            ("type", "нужно число", "must be a number"),
        ),
        (
            "/lines/0/gift",
            json!(SECRET),
            "lines[0].gift",
            ("type", "нужно true или false", "must be true or false"),
        ),
        (
            "/lines/1/product",
            json!(SECRET),
            "lines[1].product",
            ("type", "нужен UUID", "must be a UUID"),
        ),
        (
            "/lines/1/product",
            json!(7),
            "lines[1].product",
            ("type", "нужен UUID", "must be a UUID"),
        ),
    ] {
        let refusal = refused(&app(), post_json(with(at, value))).await;
        refusal.names(field, code, ru, en);
    }
}

#[tokio::test]
async fn an_integer_its_type_cannot_hold_is_too_large_or_too_small() {
    let small = ("too_small", "число слишком маленькое", "the number is too small");
    let large = ("too_large", "число слишком большое", "the number is too large");
    for (at, value, field, (code, ru, en)) in [
        ("/lines/0/quantity", json!(-1), "lines[0].quantity", small),
        ("/lines/0/quantity", json!(65_536), "lines[0].quantity", large),
        ("/lines/1/change", json!(-129), "lines[1].change", small),
        ("/lines/1/change", json!(u64::MAX), "lines[1].change", large),
    ] {
        let refusal = refused(&app(), post_json(with(at, value))).await;
        refusal.names(field, code, ru, en);
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_has_a_name_too() {
    for body in ["[]", "5", "null", r#""Zq7pX9""#] {
        let refusal = refused(&app(), post_json(body)).await;
        refusal.names("body", "type", "нужен объект", "must be an object");
    }
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    for (at, field) in [
        ("/colour", "colour"),
        ("/customer/colour", "customer.colour"),
        ("/lines/1/colour", "lines[1].colour"),
        ("/customer/lines", "customer.lines"),
        ("/customer/customer", "customer.customer"),
        ("/customer/a`, expected `b", "customer.a`, expected `b"),
    ] {
        let refusal = refused(&app(), post_json(with(at, json!(SECRET)))).await;
        refusal.names(field, "unknown_field", "неизвестное поле", "unknown field");
    }
}

#[tokio::test]
async fn a_missing_field_is_named() {
    for (at, field) in [
        ("/customer", "customer"),
        ("/customer/name", "customer.name"),
        ("/lines/1/quantity", "lines[1].quantity"),
    ] {
        let refusal = refused(&app(), post_json(without(at))).await;
        refusal.names(field, "required", "обязательное поле", "required");
    }
}

#[tokio::test]
async fn a_missing_field_of_its_objects_own_name_is_named_in_full() {
    #[derive(Debug, Deserialize, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "only read")]
    struct Outer {
        name: Inner,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        name: String,
    }
    let app = taking::<Outer>();
    let refusal = refused(&app, post_json(r#"{"name":{}}"#)).await;
    refusal.names("name.name", "required", "обязательное поле", "required");
    let refusal = refused(&app, post_json(r#"{"name":{"name":"a","name":"Zq7pX9"}}"#)).await;
    refusal.names("name.name", "duplicate", "указано дважды", "given twice");
}

#[tokio::test]
async fn a_field_given_twice_is_named() {
    let body = order()
        .to_string()
        .replacen(r#""quantity":1"#, r#""quantity":1,"quantity":2"#, 1);
    let refusal = refused(&app(), post_json(body)).await;
    refusal.names("lines[0].quantity", "duplicate", "указано дважды", "given twice");
}

#[tokio::test]
async fn an_unknown_variant_is_answered_with_the_known_ones() {
    for value in [SECRET, "Zq7pX9`, expected one of `attic`, `cellar"] {
        let refusal = refused(&app(), post_json(with("/room", json!(value)))).await;
        refusal.names(
            "room",
            "unknown_value",
            "допустимые значения: kitchen, hall",
            "must be one of: kitchen, hall",
        );
    }
}

#[tokio::test]
async fn faults_inside_a_tagged_type_are_named() {
    let courier = |member: Value| {
        let mut delivery = json!({ "by": "courier", "floor": 1 });
        let members = delivery.as_object_mut().expect("an object");
        members.extend(member.as_object().expect("an object").clone());
        with("/delivery", delivery)
    };
    let refusal = refused(&app(), post_json(courier(json!({ "colour": SECRET })))).await;
    refusal.names(
        "delivery.colour",
        "unknown_field",
        "неизвестное поле",
        "unknown field",
    );
    let missing = with("/delivery", json!({ "by": "courier" }));
    let refusal = refused(&app(), post_json(missing)).await;
    refusal.names("delivery.floor", "required", "обязательное поле", "required");
    let refusal = refused(&app(), post_json(with("/delivery", json!({ "by": SECRET })))).await;
    refusal.names(
        "delivery.by",
        "unknown_value",
        "допустимые значения: pickup, courier",
        "must be one of: pickup, courier",
    );
}

#[tokio::test]
async fn words_of_the_parser_in_a_value_mislead_nobody() {
    for value in [
        "unknown field `Zq7pX9`",
        "Zq7pX9, expected a boolean",
        "x at line 1 column 1",
    ] {
        let refusal = refused(&app(), post_json(with("/lines/0/quantity", json!(value)))).await;
        refusal.names(
            "lines[0].quantity",
            "type",
            "нужно целое число",
            "must be an integer",
        );
    }
}
