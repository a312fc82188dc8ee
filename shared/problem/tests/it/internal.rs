//! Errors of ours: the log has the cause, the answer has not.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get as route;
use axum::{Extension, Router};
use http::StatusCode;
use problem::{Json, Problem, TraceId, kinds, localize_layer};
use serde::Serialize;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Answer, SECRET, get, send};

/// Keeps this thread's events as lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> String {
        self.0.lock().expect("no test panics while holding it").clone()
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").expect("a string takes all");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().expect("no test panics while holding it");
        write!(log, "{}", event.metadata().level()).expect("a string takes all");
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Debug)]
struct Broken {
    cause: Option<Box<Broken>>,
    text: &'static str,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for Broken {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause = self.cause.as_deref()?;
        Some(cause)
    }
}

fn broken() -> Broken {
    let cause = Broken {
        cause: None,
        text: "connection to Zq7pX9 refused",
    };
    Broken {
        cause: Some(Box::new(cause)),
        text: "cannot reserve",
    }
}

fn answering<R: IntoResponse + 'static>(answer: fn() -> R) -> Router {
    Router::new().route("/", route(async move || answer().into_response()))
}

/// The answer in English, and what was logged.
async fn ask(app: &Router) -> (Answer, String) {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let mut request = get("/").map(Body::from);
    request
        .headers_mut()
        .insert("accept-language", "en".parse().expect("a header"));
    let answer = send(app, request).await;
    let text = String::from_utf8_lossy(&answer.body);
    assert!(!text.contains(SECRET) && !text.contains("reserve"), "{text}");
    (answer, log.text())
}

fn json_of(answer: &Answer) -> serde_json::Value {
    serde_json::from_slice(&answer.body).expect("JSON")
}

#[tokio::test]
async fn an_unexpected_error_is_logged_with_its_causes_and_answered_without() {
    let layer = localize_layer().trace_id_from(|| Some("4bf92f35".to_owned()));
    let (answer, log) = ask(&answering(|| Problem::internal(broken())).layer(layer)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        json_of(&answer),
        json!({
            "type": "https://garnitur.ru/problems/internal",
            "title": "Internal error",
            "status": 500,
            "trace_id": "4bf92f35",
        })
    );
    assert_eq!(
        log,
        "ERROR message=unexpected error error=cannot reserve: connection to Zq7pX9 refused\n"
    );
}

#[tokio::test]
async fn a_part_that_is_down_is_logged_and_worth_another_try() {
    let app = answering(|| Problem::unavailable("catalog", broken())).layer(localize_layer());
    let (answer, log) = ask(&app).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), Some("2"));
    assert_eq!(answer.problem().slug(), "unavailable");
    assert!(log.starts_with("WARN message=unavailable"), "{log}");
    for part in [
        r#"what="catalog""#,
        "error=cannot reserve: connection to Zq7pX9 refused",
    ] {
        assert!(log.contains(part), "{log}");
    }
}

#[tokio::test]
async fn the_trace_id_comes_from_the_source_else_from_the_request() {
    let known = Extension(TraceId("of-the-request".to_owned()));
    let failing = || answering(|| Problem::new(&kinds::UNAVAILABLE));
    for (app, trace_id) in [
        (failing().layer(localize_layer()), None),
        (
            failing().layer(localize_layer()).layer(known.clone()),
            Some("of-the-request"),
        ),
        (
            failing()
                .layer(localize_layer().trace_id_from(|| Some("of-the-source".to_owned())))
                .layer(known.clone()),
            Some("of-the-source"),
        ),
        (
            failing()
                .layer(localize_layer().trace_id_from(|| None))
                .layer(known.clone()),
            Some("of-the-request"),
        ),
        (
            answering(|| Problem::new(&kinds::CONFLICT))
                .layer(localize_layer())
                .layer(known),
            None,
        ),
    ] {
        let (answer, _) = ask(&app).await;
        assert_eq!(answer.problem().trace_id.as_deref(), trace_id);
    }
}

#[tokio::test]
async fn a_bare_500_is_answered_as_a_problem_and_logged() {
    let app = answering(|| (StatusCode::INTERNAL_SERVER_ERROR, "cannot reserve Zq7pX9"));
    let (answer, log) = ask(&app.layer(localize_layer())).await;
    assert_eq!(answer.problem().slug(), "internal");
    assert_eq!(log, "ERROR message=a handler answered 500 without saying why\n");
}

#[tokio::test]
async fn a_panic_caught_by_tower_http_is_answered_as_a_problem() {
    fn panics() -> Response {
        panic!("cannot reserve Zq7pX9")
    }
    let app = answering(panics)
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
        .layer(localize_layer());
    let (answer, _) = ask(&app).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.problem().slug(), "internal");
}

#[tokio::test]
async fn an_answer_that_cannot_be_written_is_an_error_of_ours() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("cannot reserve Zq7pX9"))
        }
    }
    let (answer, log) = ask(&answering(|| Json(Unwritable)).layer(localize_layer())).await;
    assert_eq!(answer.problem().slug(), "internal");
    assert!(log.contains("error=cannot reserve Zq7pX9"), "{log}");
}

#[tokio::test]
async fn what_is_written_well_is_json() {
    let app = answering(|| Json(json!({ "a": 1 }))).layer(localize_layer());
    let answer = send(&app, Request::new(Body::empty())).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(json_of(&answer), json!({ "a": 1 }));
}
