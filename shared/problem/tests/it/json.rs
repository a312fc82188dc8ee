//! Bodies that cannot be read.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use futures_util::stream;
use garde::Validate;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;

use crate::support::{SECRET, accepts, post_json, refused, send, taking};

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Note {
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    text: String,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(transparent)]
struct Anything {
    #[garde(skip)]
    #[expect(dead_code, reason = "only read")]
    value: serde_json::Value,
}

fn app() -> Router {
    taking::<Note>()
}

#[tokio::test]
async fn a_body_of_another_content_type_is_415() {
    for content_type in [
        None,
        Some("text/plain"),
        Some("text/json"),
        Some("application/x-www-form-urlencoded"),
        Some("application/jsonp"),
        Some("multipart/form-data+json"),
        Some("текст"),
    ] {
        let mut request = post_json(format!(r#"{{"text":"{SECRET}"}}"#));
        request.headers_mut().remove(CONTENT_TYPE);
        if let Some(value) = content_type {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header");
            request.headers_mut().insert(CONTENT_TYPE, value);
        }
        refused(&app(), request).await.is(
            415,
            "unsupported-media-type",
            Some((
                "Нужен заголовок Content-Type: application/json",
                "The header Content-Type must be application/json",
            )),
        );
    }
}

#[tokio::test]
async fn json_is_known_with_parameters_in_any_case_and_as_a_suffix() {
    for content_type in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/cloudevents-batch+json",
    ] {
        let mut request = post_json(r#"{"text":"a"}"#);
        request
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        accepts(&app(), request).await;
    }
}

#[tokio::test]
async fn malformed_json_is_400_with_its_place() {
    for (body, line, column) in [
        (format!(r#"{{"text":"{SECRET}""#), 1, 16),
        (format!("{{\n  \"text\": {SECRET}\n}}"), 2, 11),
        (format!(r#"{{"text":"a"}} {SECRET}"#), 1, 14),
        (r#"{"text":"\ud800"}"#.to_owned(), 1, 16),
        ("{\"text\":\"a\0b\"}".to_owned(), 1, 11),
        (r#"{"text":1e999}"#.to_owned(), 1, 13),
    ] {
        let refusal = refused(&app(), post_json(body.clone())).await;
        let ru = format!("Ошибка в JSON: строка {line}, символ {column}");
        let en = format!("Not JSON at line {line}, column {column}");
        assert_eq!(refusal.detail(), Some((&*ru, &*en)), "{body}");
        refusal.is(400, "malformed-request", Some((&ru, &en)));
    }
}

#[tokio::test]
async fn json_nested_beyond_measure_is_400() {
    let deep = format!(r#"{{"text":{}"#, "[".repeat(100_000));
    let refusal = refused(&taking::<Anything>(), post_json(deep)).await;
    assert_eq!((refusal.status, &*refusal.slug), (400, "malformed-request"));
}

#[tokio::test]
async fn an_empty_body_is_400() {
    for body in ["", " \r\n\t"] {
        refused(&app(), post_json(body)).await.is(
            400,
            "malformed-request",
            Some(("Тело запроса пустое", "The request body is empty")),
        );
    }
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_400_with_its_place() {
    let mut body = format!(r#"{{"text":"{SECRET}"#).into_bytes();
    body.extend(b"\xff\"}");
    refused(&app(), post_json(body)).await.is(
        400,
        "malformed-request",
        Some((
            "Тело запроса не в UTF-8 (байт 15)",
            "The request body is not UTF-8 (byte 15)",
        )),
    );
}

#[tokio::test]
async fn text_with_nul_is_400() {
    for text in [r"\u0000", r"a\u0000b", r"a\\\u0000"] {
        let body = format!(r#"{{"text":"{SECRET}{text}"}}"#);
        refused(&app(), post_json(body)).await.is(
            400,
            "malformed-request",
            Some((
                "Символ NUL в тексте недопустим",
                "Text must not hold NUL characters",
            )),
        );
    }
}

#[tokio::test]
async fn a_backslash_before_u0000_is_text() {
    for text in [r"\\u0000", r"\\\\u0000", "u0000"] {
        accepts(&app(), post_json(format!(r#"{{"text":"{text}"}}"#))).await;
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_413() {
    let app = app().layer(DefaultBodyLimit::max(64));
    let body = |length: usize| format!(r#"{{"text":"{SECRET}{}"}}"#, "a".repeat(length - 17));
    accepts(&app, post_json(body(64))).await;
    refused(&app, post_json(body(65)))
        .await
        .is(413, "too-large", None);
}

#[tokio::test]
async fn a_body_of_unknown_length_that_is_too_long_is_413() {
    let app = app().layer(DefaultBodyLimit::max(64));
    let chunk = || Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 40]));
    let body = Body::from_stream(stream::iter([chunk(), chunk()]));
    let answer = send(&app, post_json("").map(|_| body)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.problem().slug(), "too-large");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    let broken = std::io::Error::other(SECRET);
    let body = stream::iter([Ok(Bytes::from_static(b"{")), Err(broken)]);
    let answer = send(&app(), post_json("").map(|_| Body::from_stream(body))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let problem = answer.problem();
    assert_eq!(problem.slug(), "malformed-request");
    assert_eq!(problem.detail.as_deref(), Some("Тело запроса не дочитано"));
}
