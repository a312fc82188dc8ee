use axum::Router;
use axum::body::Body;
use axum::routing::{get as answering, post};
use chassis::HttpConfig;
use http::{HeaderValue, Method, Request};
use problem::{Problem, kinds};

use crate::support::{Answer, ask, get, wrapped};

fn shop() -> Router {
    let router = Router::new()
        .route(
            "/sofas/{id}",
            answering(async || "a sofa").delete(async || "gone"),
        )
        .route("/orders", post(async || "an order"))
        .route(
            "/list",
            answering(async || ([("cache-control", "public, max-age=1")], "sofas")),
        )
        .route(
            "/trace",
            answering(async || telemetry::trace_id().unwrap_or_default()),
        )
        .route(
            "/panic",
            answering(async || -> String { panic!("the password is hunter2") }),
        )
        .route(
            "/broken",
            answering(async || Err::<String, _>(Problem::internal("the password is hunter2"))),
        )
        .route(
            "/refused",
            answering(async || Err::<String, _>(Problem::new(&kinds::FORBIDDEN))),
        );
    wrapped(router, &HttpConfig::default())
}

async fn with_header(path: &str, name: &str, value: &[u8]) -> Answer {
    let value = HeaderValue::from_bytes(value).expect("a header value");
    ask(
        &shop(),
        Request::get(path)
            .header(name, value)
            .body(Body::empty())
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn unknown_paths_are_problems_in_the_callers_language() {
    let problem = get(&shop(), "/tables/7").await.problem(404, "not-found");
    assert_eq!(problem["title"], "Not found");
    let russian = ask(&shop(), Request::get("/tables/7").body(Body::empty()).unwrap()).await;
    assert_eq!(russian.problem(404, "not-found")["title"], "Не найдено");
    assert!(
        problem.get("trace_id").is_none(),
        "only what is our fault has one: {problem}"
    );
}

#[tokio::test]
async fn unknown_methods_are_problems_that_name_the_known_ones() {
    for method in ["POST", "PATCH", "BREW"] {
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri("/sofas/7")
            .body(Body::empty())
            .unwrap();
        let answer = ask(&shop(), request).await;
        answer.problem(405, "method-not-allowed");
        let allow = answer.headers["allow"].to_str().unwrap();
        assert!(
            allow.contains("GET") && allow.contains("DELETE") && !allow.contains("POST"),
            "{allow}"
        );
    }
}

/// Several services on one listener: the stack of each is around its own routes and one answers for the rest.
#[tokio::test]
async fn routers_of_several_services_share_a_listener() {
    let other = wrapped(
        Router::new().route("/carts", post(async || "a cart")),
        &HttpConfig::default(),
    );
    let both = shop().merge(other);
    assert_eq!(get(&both, "/sofas/7").await.body, "a sofa");
    get(&both, "/carts").await.problem(405, "method-not-allowed");
    get(&both, "/tables").await.problem(404, "not-found");
}

/// What went wrong inside is for the log; the caller gets the trace by which support finds it there.
#[tokio::test]
async fn panics_and_unexpected_errors_are_told_without_internals() {
    let shop = shop();
    for path in ["/panic", "/broken"] {
        let answer = get(&shop, path).await;
        let problem = answer.problem(500, "internal");
        assert!(!answer.body.contains("hunter2"), "{problem}");
        let trace = problem["trace_id"].as_str().expect("a trace id");
        assert!(
            trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit()),
            "{trace}"
        );
    }
    assert_eq!(
        get(&shop, "/sofas/7").await.body,
        "a sofa",
        "the next one is served"
    );
    get(&shop, "/refused").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_problem_names_the_callers_trace() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let header = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let answer = with_header("/panic", "traceparent", header.as_bytes()).await;
    assert_eq!(answer.problem(500, "internal")["trace_id"], TRACE);
    assert_eq!(
        with_header("/trace", "traceparent", header.as_bytes()).await.body,
        TRACE
    );
    let malformed = with_header("/trace", "traceparent", b"00-zero-zero-01")
        .await
        .body;
    assert!(malformed.len() == 32 && malformed != TRACE, "{malformed}");
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    for path in ["/sofas/7", "/tables", "/panic"] {
        let given = with_header(path, "x-request-id", b"order-1_a.B").await;
        assert_eq!(given.headers["x-request-id"], "order-1_a.B", "{path}");
        let (one, two) = (get(&shop(), path).await, get(&shop(), path).await);
        assert_ne!(one.headers["x-request-id"], two.headers["x-request-id"]);
    }
    let long = "x".repeat(65);
    for harmful in [
        b"a b".as_slice(),
        b"a\tb",
        b"<script>",
        b"\xd0\xb6",
        b"",
        long.as_bytes(),
    ] {
        let answer = with_header("/sofas/7", "x-request-id", harmful).await;
        let id = answer.headers["x-request-id"].to_str().expect("a text");
        assert!(id.len() == 32 && id.as_bytes() != harmful, "{id}");
    }
}

#[tokio::test]
async fn every_answer_is_of_its_type_and_kept_only_where_the_handler_allows_it() {
    for (path, kept) in [
        ("/sofas/7", "no-store"),
        ("/list", "public, max-age=1"),
        ("/refused", "no-store"),
        ("/panic", "no-store"),
        ("/tables/7", "no-store"),
    ] {
        let answer = get(&shop(), path).await;
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["cache-control"], kept, "{path}");
    }
}
