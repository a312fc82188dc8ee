use std::collections::HashSet;

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http::{HeaderMap, Request, StatusCode};
use opentelemetry_proto::tonic::trace::v1::Status;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as SpanStatus;
use telemetry::{LogFormat, Metrics, TelemetryConfig};
use tower::ServiceExt as _;

use crate::collector::{Collector, attribute, hex};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const UNSAMPLED: &str = "11111111111111111111111111111111";

/// Headers of a call made while the request was handled, and the trace stored with an event.
type Handled = (HeaderMap, String);

fn shop(handled: tokio::sync::mpsc::UnboundedSender<Handled>) -> Router {
    let place = move || {
        let handled = handled.clone();
        async move {
            tracing::info!(lines = 2, "order placed");
            let mut headers = HeaderMap::new();
            telemetry::inject(&mut headers);
            let stored = telemetry::traceparent().expect("a request has a trace");
            handled.send((headers, stored)).expect("the test listens");
            telemetry::trace_id()
        }
    };
    Router::new()
        .route(
            "/orders/{number}",
            post(async move || place().await.unwrap_or_default()),
        )
        .route("/quiet", get(async || tracing::info!("nothing to see")))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .layer(telemetry::http_layer(&Metrics::new("orders")))
}

async fn call(router: &Router, request: http::request::Builder) -> String {
    let answer = router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let body = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
    String::from_utf8(body.into()).unwrap()
}

/// Telemetry is set up once a process, so one test drives a checkout and then reads all that was sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_its_log_and_its_event_are_one_trace() {
    let (collector, address) = Collector::start().await;
    let config = TelemetryConfig {
        log_format: LogFormat::Json,
        log_filter: "info".to_owned(),
        otlp_endpoint: Some(format!("http://{address}").parse().unwrap()),
        trace_sample_ratio: 1.0,
    };
    let guard = telemetry::init(&config, "orders").expect("telemetry starts");
    let (handled, mut received) = tokio::sync::mpsc::unbounded_channel();
    let shop = shop(handled);

    let checkout = Request::post("/orders/7K2M-SECRET?phone=SECRET")
        .header("traceparent", format!("00-{TRACE}-{CALLER}-01"))
        .header("x-request-id", "request-1");
    assert_eq!(call(&shop, checkout).await, TRACE);
    let (injected, stored) = received.recv().await.unwrap();
    let applied = async { tracing::info!("event applied") };
    telemetry::continued("ru.garnitur.orders.order.paid.v1", Some(&stored), applied).await;

    let own = call(&shop, Request::post("/orders/1")).await;
    let unsampled = format!("00-{UNSAMPLED}-{CALLER}-00");
    call(&shop, Request::get("/quiet").header("traceparent", unsampled)).await;
    call(&shop, Request::get("/broken")).await;
    telemetry::begun("prune", async { tracing::info!("pruned") }).await;
    guard.shutdown().await;
    let all = collector.received();

    // The request: continues the caller's trace, named by its route.
    let request = all.span(TRACE, "POST /orders/{number}");
    assert_eq!(request.kind(), SpanKind::Server);
    assert_eq!(hex(&request.parent_span_id), CALLER);
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/orders/{number}"),
        ("http.response.status_code", "200"),
        ("request_id", "request-1"),
    ] {
        assert_eq!(
            attribute(&request.attributes, key).as_deref(),
            Some(value),
            "{key}"
        );
    }
    assert!(request.end_time_unix_nano > request.start_time_unix_nano);

    // Its log line belongs to the span.
    let placed = all.log(TRACE, "order placed");
    assert_eq!(placed.span_id, request.span_id);
    assert_eq!(attribute(&placed.attributes, "lines").as_deref(), Some("2"));

    // What it called and what it caused.
    let here = format!("00-{TRACE}-{}-01", hex(&request.span_id));
    assert_eq!(injected["traceparent"], here);
    assert_eq!(stored, here);
    let event = all.span(TRACE, "ru.garnitur.orders.order.paid.v1");
    assert_eq!(
        (event.kind(), &event.parent_span_id),
        (SpanKind::Consumer, &request.span_id)
    );
    assert_eq!(all.log(TRACE, "event applied").span_id, event.span_id);

    // Traces begun here: another request, a job.
    assert_ne!(own, TRACE);
    assert!(all.span(&own, "POST /orders/{number}").parent_span_id.is_empty());
    all.log(&own, "order placed");
    let trace_of = |name: &str| {
        let span = all.spans.iter().find(|span| span.name == name).expect(name);
        hex(&span.trace_id)
    };
    let (job, broken) = (trace_of("prune"), trace_of("GET /broken"));
    assert_eq!(HashSet::from([TRACE, &own, &job, &broken]).len(), 4);
    assert_eq!(all.log(&job, "pruned").span_id, all.span(&job, "prune").span_id);

    // The caller's decision not to sample is kept; the log line is sent all the same.
    assert!(
        all.spans.iter().all(|span| hex(&span.trace_id) != UNSAMPLED),
        "{:#?}",
        all.spans
    );
    all.log(UNSAMPLED, "nothing to see");

    let failed = all.span(&broken, "GET /broken");
    assert_eq!(failed.status.as_ref().map(Status::code), Some(SpanStatus::Error));
    assert_eq!(
        all.log(&broken, "answered with a server error").span_id,
        failed.span_id
    );

    // Who says so, and what is not said: paths and queries may hold personal data.
    for resource in &all.resources {
        assert_eq!(
            attribute(&resource.attributes, "service.name").as_deref(),
            Some("orders")
        );
    }
    for body in &all.bodies {
        assert!(!String::from_utf8_lossy(body).contains("SECRET"));
    }
}
