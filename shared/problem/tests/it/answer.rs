//! The form of an answer (RFC 9457).

use std::collections::HashSet;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::IntoResponse;
use axum::routing::get as route;
use http::HeaderValue;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, RETRY_AFTER, WWW_AUTHENTICATE};
use kernel::{BadCursor, Text};
use problem::{Kind, Problem, ProblemBody, kinds, localize_layer};
use serde_json::{Value, json};

use crate::support::{Answer, get, refused, send};

const OUT_OF_STOCK: Kind = Kind {
    slug: "out-of-stock",
    status: 409,
    title: ("Нет в наличии", "Out of stock"),
};

fn out_of_stock() -> Problem {
    Problem::new(&OUT_OF_STOCK)
        .detail(Text::new("Осталось 2", "2 left"))
        .field("lines[0]", "shortage", Text::new("осталось 2", "2 left"))
        .field("lines[1]", "shortage", Text::new("нет", "none"))
        .ext("shortages", &[json!({ "sku": "SK-1", "available": 2 })])
        .ext("available", &2)
        .header(RETRY_AFTER, HeaderValue::from_static("60"))
}

fn refusing(problem: fn() -> Problem) -> Router {
    Router::new()
        .route("/", route(async move || problem()))
        .layer(localize_layer())
}

async fn ask(app: &Router, accept_language: Option<&[u8]>) -> Answer {
    let mut request = get("/").map(Body::from);
    if let Some(value) = accept_language {
        let value = HeaderValue::from_bytes(value).expect("a header");
        request.headers_mut().insert(ACCEPT_LANGUAGE, value);
    }
    send(app, request).await
}

fn json_of(bytes: &Bytes) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

#[tokio::test]
async fn a_problem_has_the_members_of_the_standard_and_its_own() {
    let answer = ask(&refusing(out_of_stock), Some(b"en")).await;
    assert_eq!(
        json_of(&answer.body),
        json!({
            "type": "https://garnitur.ru/problems/out-of-stock",
            "title": "Out of stock",
            "status": 409,
            "detail": "2 left",
            "errors": [
                { "field": "lines[0]", "code": "shortage", "message": "2 left" },
                { "field": "lines[1]", "code": "shortage", "message": "none" },
            ],
            "shortages": [{ "sku": "SK-1", "available": 2 }],
            "available": 2,
        })
    );
    let refusal = refused(&refusing(out_of_stock), get("/")).await;
    assert_eq!(refusal.detail(), Some(("Осталось 2", "2 left")));
    assert_eq!(refusal.ru.title, "Нет в наличии");
    assert_eq!(refusal.ru.extensions, refusal.en.extensions);
}

#[tokio::test]
async fn what_a_problem_does_not_say_is_left_out() {
    let answer = ask(&refusing(|| Problem::new(&kinds::NOT_FOUND)), None).await;
    assert_eq!(
        json_of(&answer.body),
        json!({
            "type": "https://garnitur.ru/problems/not-found",
            "title": "Не найдено",
            "status": 404,
        })
    );
}

#[tokio::test]
async fn a_problem_is_read_back_as_it_was_sent() {
    let answer = ask(&refusing(out_of_stock), Some(b"en")).await;
    let body: ProblemBody = answer.problem();
    assert_eq!(body.slug(), "out-of-stock");
    assert_eq!(serde_json::to_value(&body).expect("JSON"), json_of(&answer.body));
}

#[tokio::test]
async fn headers_of_a_problem_reach_the_caller() {
    let refusal = refused(&refusing(out_of_stock), get("/")).await;
    assert_eq!(refusal.headers[RETRY_AFTER], "60");

    let twice = || {
        Problem::new(&kinds::UNAUTHENTICATED)
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            .header(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"))
    };
    let refusal = refused(&refusing(twice), get("/")).await;
    let offers: Vec<_> = refusal.headers.get_all(WWW_AUTHENTICATE).iter().collect();
    assert_eq!(offers, ["Bearer", "Basic"]);
}

#[tokio::test]
async fn the_language_is_the_best_accepted_else_russian() {
    let app = refusing(out_of_stock);
    for (accepted, title) in [
        (None, "Нет в наличии"),
        (Some(&b"ru"[..]), "Нет в наличии"),
        (Some(b"en"), "Out of stock"),
        (Some(b"EN-gb"), "Out of stock"),
        (Some(b"en-US,en;q=0.9,ru;q=0.8"), "Out of stock"),
        (Some(b"en;q=0.3, ru-RU;q=0.8"), "Нет в наличии"),
        (Some(b"de, fr;q=0.5"), "Нет в наличии"),
        (Some(b"en;q=0"), "Нет в наличии"),
        (Some(b"*"), "Нет в наличии"),
        (Some(b"\xff"), "Нет в наличии"),
    ] {
        let answer = ask(&app, accepted).await;
        let lang = if title == "Out of stock" { "en" } else { "ru" };
        assert_eq!(answer.problem().title, title, "{accepted:?}");
        assert_eq!(answer.header("content-language"), Some(lang));
    }
}

#[tokio::test]
async fn the_length_is_that_of_the_language_answered() {
    let app = refusing(out_of_stock);
    for lang in [&b"ru"[..], b"en"] {
        let answer = ask(&app, Some(lang)).await;
        let length = answer.header(CONTENT_LENGTH.as_str());
        assert_eq!(length, Some(&*answer.body.len().to_string()));
    }
}

#[tokio::test]
async fn without_the_layer_a_problem_is_written_in_russian() {
    let app = Router::new().route("/", route(async || out_of_stock()));
    let answer = ask(&app, Some(b"en")).await;
    assert_eq!(answer.problem().title, "Нет в наличии");
    assert_eq!(answer.header("content-language"), Some("ru"));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn a_cursor_of_another_list_is_named() {
    let refusal = refused(&refusing(|| BadCursor.into()), get("/")).await;
    refusal.names(
        "cursor",
        "malformed",
        "не является курсором этого списка",
        "is not a cursor of this list",
    );
}

#[test]
fn every_kind_has_a_name_of_its_own_an_error_status_and_two_titles() {
    let mut slugs = HashSet::new();
    for kind in kinds::all() {
        assert!(slugs.insert(kind.slug), "{} twice", kind.slug);
        assert!(kind.slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        assert!((400..600).contains(&kind.status), "{}", kind.slug);
        assert!(
            !kind.title.0.is_ascii() && kind.title.1.is_ascii(),
            "{}",
            kind.slug
        );
        let response = Problem::new(kind).into_response();
        assert_eq!(response.status().as_u16(), kind.status);
    }
}

#[test]
fn debug_output_names_fields_and_no_texts() {
    let shown = format!("{:?}", out_of_stock());
    assert!(
        shown.contains("out-of-stock") && shown.contains("lines[0]"),
        "{shown}"
    );
    assert!(!shown.contains("left") && !shown.contains("SK-1"), "{shown}");
}
