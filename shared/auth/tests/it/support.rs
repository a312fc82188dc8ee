use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::Clock;
use time::OffsetDateTime;
use time::macros::datetime;
use tower::ServiceExt as _;

/// A clock that stands until it is moved.
#[derive(Clone)]
pub struct HeldClock(Arc<Mutex<OffsetDateTime>>);

impl HeldClock {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(datetime!(2025-03-01 10:00 UTC))))
    }

    pub fn advance(&self, by: Duration) {
        *self.0.lock().expect("no test panics while holding it") += by;
    }
}

impl Clock for HeldClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().expect("no test panics while holding it")
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

pub async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.expect("a router cannot fail");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the body is in memory").to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

pub async fn get(app: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, request.body(Body::empty()).expect("a request")).await
}
