use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::post;
use http::{HeaderValue, StatusCode};
use problem::{IdempotencyKey, localize_layer};

use crate::support::{SECRET, refused, send};

fn app() -> Router {
    Router::new()
        .route("/", post(async |IdempotencyKey(key): IdempotencyKey| key))
        .layer(localize_layer())
}

fn request(key: Option<&[u8]>) -> http::Request<Bytes> {
    let mut request = http::Request::post("/").body(Bytes::new()).expect("a request");
    if let Some(key) = key {
        let value = HeaderValue::from_bytes(key).expect("a header");
        request.headers_mut().insert("idempotency-key", value);
    }
    request
}

#[tokio::test]
async fn a_good_key_is_handed_over() {
    for key in ["a", "!~", &*"k".repeat(128)] {
        let answer = send(&app(), request(Some(key.as_bytes())).map(Body::from)).await;
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, key.as_bytes()));
    }
}

#[tokio::test]
async fn a_missing_key_is_400() {
    let refusal = refused(&app(), request(None)).await;
    refusal.is(400, "idempotency-key-missing", None);
    assert_eq!(refusal.ru.title, "Не указан заголовок Idempotency-Key");
    assert_eq!(refusal.en.title, "The header Idempotency-Key is missing");
}

#[tokio::test]
async fn a_key_that_is_empty_too_long_or_not_visible_ascii_is_422() {
    let with = |tail: &str| format!("{SECRET}{tail}");
    for key in [
        String::new(),
        with(&"k".repeat(123)),
        with(" a"),
        with("\ta"),
        with("ключ"),
    ] {
        refused(&app(), request(Some(key.as_bytes()))).await.names(
            "Idempotency-Key",
            "format",
            "от 1 до 128 видимых символов ASCII",
            "1 to 128 visible ASCII characters",
        );
    }
}
