use axum::Router;
use axum::routing::get as route;
use garde::Validate;
use http::StatusCode;
use problem::{Query, localize_layer};
use serde::Deserialize;
use uuid::Uuid;

use crate::support::{SECRET, accepts, get, refused};

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Search {
    #[garde(length(chars, max = 5))]
    q: String,
    #[serde(default)]
    #[garde(range(max = 30))]
    limit: u16,
    #[serde(default)]
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    change: i8,
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    product: Option<Uuid>,
    #[serde(default)]
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    open: bool,
    #[serde(default)]
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    weight: f32,
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    sort: Option<Sort>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Name,
    Price,
}

fn app() -> Router {
    async fn search(_: Query<Search>) -> StatusCode {
        StatusCode::NO_CONTENT
    }
    Router::new().route("/", route(search)).layer(localize_layer())
}

#[tokio::test]
async fn good_parameters_are_taken() {
    for query in [
        "q=",
        "q=%D1%88%D0%BA%D0%B0%D1%84&limit=30&open=true&sort=name",
        "q=a&sort=price&weight=1.5&change=-5&product=0190a5c0-0000-7000-8000-000000000001",
    ] {
        accepts(&app(), get(&format!("/?{query}"))).await;
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_named() {
    let integer = ("type", "нужно целое число", "must be an integer");
    let number = ("type", "нужно число", "must be a number");
    let small = ("too_small", "число слишком маленькое", "the number is too small");
    let large = ("too_large", "число слишком большое", "the number is too large");
    for (query, field, (code, ru, en)) in [
        ("limit=Zq7pX9", "limit", integer),
        ("limit=", "limit", integer),
        ("limit=1.5", "limit", integer),
        ("limit=65536", "limit", large),
        ("change=-129", "change", small),
        ("weight=Zq7pX9", "weight", number),
        ("weight=", "weight", number),
        (
            "open=Zq7pX9",
            "open",
            ("type", "нужно true или false", "must be true or false"),
        ),
        (
            "product=Zq7pX9",
            "product",
            ("type", "нужен UUID", "must be a UUID"),
        ),
        (
            "sort=Zq7pX9",
            "sort",
            (
                "unknown_value",
                "допустимые значения: name, price",
                "must be one of: name, price",
            ),
        ),
    ] {
        let refusal = refused(&app(), get(&format!("/?q=a&{query}"))).await;
        refusal.names(field, code, ru, en);
    }
}

#[tokio::test]
async fn a_missing_parameter_is_named() {
    for uri in ["/", "/?", "/?limit=5"] {
        let refusal = refused(&app(), get(uri)).await;
        refusal.names("q", "required", "обязательное поле", "required");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_named() {
    let refusal = refused(&app(), get("/?q=a&colour=Zq7pX9")).await;
    refusal.names("colour", "unknown_field", "неизвестное поле", "unknown field");
}

#[tokio::test]
async fn a_parameter_given_twice_is_named() {
    let refusal = refused(&app(), get("/?q=a&limit=1&q=Zq7pX9")).await;
    refusal.names("q", "duplicate", "указано дважды", "given twice");
}

#[tokio::test]
async fn a_parameter_that_breaks_a_rule_is_named() {
    let refusal = refused(&app(), get(&format!("/?q={SECRET}"))).await;
    refusal.names("q", "too_long", "длина не больше 5", "length at most 5");
    let refusal = refused(&app(), get("/?q=a&limit=31")).await;
    refusal.names("limit", "too_large", "не больше 30", "at most 30");
}

#[tokio::test]
async fn a_parameter_with_nul_or_no_utf8_is_named() {
    for query in ["q=Zq7pX9%FF", "q=%D1", "q=a%00b", "q=%EF%BF%BD"] {
        let refusal = refused(&app(), get(&format!("/?{query}"))).await;
        refusal.names(
            "q",
            "encoding",
            "нужен текст в UTF-8 без символа NUL",
            "must be UTF-8 text without NUL",
        );
    }
}
