use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as answering;
use chassis::{Face, HttpConfig, Service};
use http::{Method, Request};
use serde_json::json;
use telemetry::Metrics;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder};

use crate::process::Process;
use crate::support::{ask, fetch, get, run, service};

fn routes() -> Router {
    Router::new()
        .route("/sofas/{id}", answering(async || "a sofa"))
        .route("/broken", answering(async || -> &str { panic!("on purpose") }))
}

#[tokio::test]
async fn health_says_that_the_process_lives() {
    let service =
        service(routes(), &HttpConfig::default()).ready("database", async || Err("down".to_owned()));
    let answer = get(&service.ops_router(), "/healthz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_str()),
        (200, "ok\n"),
        "whatever else is down"
    );
}

#[tokio::test]
async fn readiness_asks_every_part_and_tells_no_secrets() {
    let up = Arc::new(AtomicBool::new(false));
    let database = Arc::clone(&up);
    let service = service(routes(), &HttpConfig::default())
        .ready("files", async || Ok(()))
        .ready("database", move || {
            let up = database.load(Ordering::Relaxed);
            async move {
                if up {
                    Ok(())
                } else {
                    Err("password hunter2 refused".to_owned())
                }
            }
        });
    let ops = service.ops_router();
    let answer = get(&ops, "/readyz").await;
    assert_eq!(answer.status, 503);
    let body = answer.json();
    assert_eq!(body["status"], "unavailable");
    let parts: Vec<_> = body["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (&c["name"], &c["ok"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&json!("files"), &json!(true)),
            (&json!("database"), &json!(false))
        ]
    );
    assert!(!answer.body.contains("hunter2"));
    let counted = get(&ops, "/metrics").await.body;
    assert!(counted.contains("ready_check{check=\"database\"} 0"), "{counted}");

    up.store(true, Ordering::Relaxed);
    let answer = get(&ops, "/readyz").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["status"].as_str()),
        (200, Some("ready"))
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test(start_paused = true)]
async fn a_part_that_does_not_answer_is_not_waited_for() {
    let service = service(routes(), &HttpConfig::default())
        .ready("directory", async || std::future::pending().await)
        .ready_within("files", Duration::from_millis(100), async || {
            std::future::pending().await
        });
    let started = tokio::time::Instant::now();
    assert_eq!(get(&service.ops_router(), "/readyz").await.status, 503);
    assert_eq!(started.elapsed(), Duration::from_secs(2));
}

#[tokio::test]
async fn a_draining_service_is_not_ready() {
    let running = run(
        service(routes(), &HttpConfig::default()),
        Duration::from_mins(1),
        Duration::from_secs(5),
    )
    .await;
    assert_eq!(fetch(running.ops, "/readyz").await.unwrap().0, 200);
    running.shutdown.trigger();
    let answer = test_support::wait_for("the drain to begin", Duration::from_secs(5), async || {
        let (status, body) = fetch(running.ops, "/readyz")
            .await
            .expect("it answers while it drains");
        (status == 503).then_some(body)
    })
    .await;
    assert!(answer.contains("\"draining\""), "{answer}");
    assert_eq!(
        fetch(running.ops, "/healthz").await.unwrap().0,
        200,
        "not a reason to kill it"
    );
    assert_eq!(
        fetch(running.edge, "/sofas/1").await.unwrap().1,
        "a sofa",
        "balancers have not noticed yet"
    );
    running.shutdown.trigger_hard();
    running.ended().await;
}

/// By the trace id that a caller was given, support finds the line in the log.
#[tokio::test]
async fn a_server_error_is_logged_with_its_trace_and_without_its_path() {
    let mut process = Process::start(&["http.request_timeout_ms=50"]).await;
    let (status, body) = fetch(process.edge, "/slowly/600000").await.unwrap();
    assert_eq!(status, 503);
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    let line = process.logged("answered with a server error").await;
    assert_eq!(line["spans"][0]["trace_id"], problem["trace_id"], "{line}");
    assert_eq!(line["spans"][0]["http.route"], "/slowly/{milliseconds}");
    assert!(!line.to_string().contains("600000"));
}

/// Rollout analysis reads exactly this histogram, so its name and labels are a contract.
#[tokio::test]
async fn the_histogram_has_method_route_and_status_and_no_path() {
    let service = service(routes(), &HttpConfig::default());
    let (edge, ops) = (service.router(Face::Edge).unwrap(), service.ops_router());
    for path in [
        "/sofas/secret-17",
        "/sofas/18?q=secret",
        "/broken",
        "/no/such/secret",
        "/wp-login.php",
    ] {
        get(&edge, path).await;
    }
    for method in ["POST", "BREW"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        ask(
            &edge,
            Request::builder()
                .method(method)
                .uri("/sofas/1")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    }
    // Probes and scrapes are not requests of anybody.
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
        assert_eq!(get(&ops, path).await.status, 200);
    }
    let answer = get(&ops, "/metrics").await;
    assert_eq!(
        answer.headers["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let mut series: Vec<&str> = answer
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("http_request_duration_seconds_count"))
        .collect();
    series.sort_unstable();
    assert_eq!(
        series,
        [
            r#"{method="GET",route="/broken",status="500"} 1"#,
            r#"{method="GET",route="/sofas/{id}",status="200"} 2"#,
            r#"{method="GET",route="unmatched",status="404"} 2"#,
            r#"{method="POST",route="/sofas/{id}",status="405"} 1"#,
            r#"{method="other",route="/sofas/{id}",status="405"} 1"#,
        ]
    );
    assert!(
        answer
            .body
            .contains("# TYPE http_request_duration_seconds histogram")
    );
    assert!(answer.body.contains("build_info{service=\"test\",version="));
    assert!(!answer.body.contains("secret") && !answer.body.contains("wp-login"));
}

#[tokio::test]
async fn the_description_is_that_of_all_faces() {
    let describe = |title: &str, path: &str| -> OpenApi {
        let paths = PathsBuilder::new()
            .path(path, utoipa::openapi::PathItem::default())
            .build();
        OpenApiBuilder::new()
            .info(InfoBuilder::new().title(title).version("1").build())
            .paths(paths)
            .build()
    };
    let service = Service::new("test", Metrics::new("test"))
        .face(
            Face::Edge,
            Router::new().route("/a", answering(async || "a")),
            describe("Edge", "/a"),
        )
        .face(
            Face::Internal,
            Router::new().route("/b", answering(async || "b")),
            describe("Internal", "/b"),
        );
    let ops = service.ops_router();
    let described = get(&ops, "/openapi.json").await.json();
    assert_eq!(described["info"]["title"], "Edge");
    assert!(
        described["paths"].get("/a").is_some() && described["paths"].get("/b").is_some(),
        "{described}"
    );
    assert_eq!(
        get(&ops, "/b").await.body,
        "b",
        "the internal face is beside operation"
    );
    get(&ops, "/a").await.problem(404, "not-found");
    assert!(service.router(Face::Staff).is_none());

    let without_internal_face = Service::new("test", Metrics::new("test")).ops_router();
    get(&without_internal_face, "/a").await.problem(404, "not-found");
}
