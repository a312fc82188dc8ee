use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get as answering, post};
use chassis::{HttpConfig, Job, JobError};
use futures_util::stream;
use http::{Method, Request};

use crate::support::{Answer, ask, get, run, service, wrapped};

async fn send(router: &Router, path: &str, body: Body) -> Answer {
    let request = Request::post(path)
        .header("content-type", "text/plain")
        .body(body)
        .unwrap();
    ask(router, request).await
}

fn takes_text() -> Router {
    async fn take(body: String) -> String {
        body.len().to_string()
    }
    let shop = Router::new()
        .route("/notes", post(take))
        .route("/images", post(take).layer(DefaultBodyLimit::max(1_000)));
    wrapped(
        shop,
        &HttpConfig {
            body_limit_bytes: 100,
            ..HttpConfig::default()
        },
    )
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let (router, small, large) = (takes_text(), "x".repeat(100), "x".repeat(101));
    assert_eq!(send(&router, "/notes", small.clone().into()).await.body, "100");
    send(&router, "/notes", large.clone().into())
        .await
        .problem(413, "too-large");
    // A body that does not say how long it is.
    let chunks = large
        .as_bytes()
        .chunks(10)
        .map(|chunk| Ok::<_, Infallible>(chunk.to_vec()))
        .collect::<Vec<_>>();
    let unannounced = Body::from_stream(stream::iter(chunks));
    send(&router, "/notes", unannounced)
        .await
        .problem(413, "too-large");
    assert_eq!(
        send(&router, "/images", large.into()).await.body,
        "101",
        "a route may have its own limit"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_answered() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let guard = Arc::clone(&dropped);
    let shop = Router::new()
        .route(
            "/hangs",
            answering(async move || {
                let _guard = Dropped(guard);
                std::future::pending::<String>().await
            }),
        )
        .route(
            "/streams",
            answering(async || {
                let parts = stream::unfold(0, async |part| {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    (part < 5).then_some((Ok::<_, Infallible>("part "), part + 1))
                });
                Body::from_stream(parts)
            }),
        );
    let router = wrapped(
        shop,
        &HttpConfig {
            request_timeout_ms: 1_500,
            ..HttpConfig::default()
        },
    );
    let started = tokio::time::Instant::now();
    let answer = get(&router, "/hangs").await;
    answer.problem(503, "timed-out");
    assert_eq!(answer.headers["retry-after"], "2");
    assert_eq!(started.elapsed(), Duration::from_millis(1_500));
    assert_eq!(
        dropped.load(Ordering::Relaxed),
        1,
        "what nobody waits for is given up"
    );
    assert_eq!(
        get(&router, "/streams").await.body,
        "part ".repeat(5),
        "the limit is for the answer's head"
    );
}

struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn in_read_only_mode_writes_are_refused_and_jobs_rest() {
    let http = HttpConfig {
        read_only: true,
        ..HttpConfig::default()
    };
    let shop = Router::new().route(
        "/sofas",
        answering(async || "sofas")
            .post(async || "sold")
            .put(async || "moved")
            .delete(async || "gone"),
    );
    let router = wrapped(shop.clone(), &http);
    assert_eq!(get(&router, "/sofas").await.body, "sofas");
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let request = Request::builder()
            .method(method)
            .uri("/sofas")
            .body(Body::empty())
            .unwrap();
        let answer = ask(&router, request).await;
        answer.problem(503, "read-only");
        assert_eq!(answer.headers["retry-after"], "60");
    }

    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let job = Job::periodic("sells", Duration::from_millis(1), move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, JobError>(()) }
    });
    let running = run(
        service(shop, &http).job(job),
        Duration::from_millis(50),
        Duration::from_secs(5),
    )
    .await;
    running.shutdown.trigger();
    running.ended().await;
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}
