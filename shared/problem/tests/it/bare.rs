//! Answers that are not ours: axum's and tower-http's become problems, everything else passes.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get as route, post};
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE};
use problem::localize_layer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::support::{get, post_json, refused, send};

fn answering(answer: fn() -> Response) -> Router {
    Router::new()
        .route("/", route(async move || answer()))
        .layer(localize_layer())
}

#[tokio::test]
async fn an_unknown_path_is_a_404_problem() {
    let app = answering(|| StatusCode::NO_CONTENT.into_response());
    let refusal = refused(&app, get("/Zq7pX9")).await;
    refusal.is(404, "not-found", None);
    assert_eq!(
        (&*refusal.ru.title, &*refusal.en.title),
        ("Не найдено", "Not found")
    );
}

#[tokio::test]
async fn a_method_the_route_does_not_know_is_a_405_problem_with_those_it_knows() {
    let app = answering(|| StatusCode::NO_CONTENT.into_response());
    let refusal = refused(&app, post_json("{}")).await;
    refusal.is(405, "method-not-allowed", None);
    assert_eq!(refusal.headers[ALLOW], "GET,HEAD");
}

#[tokio::test]
async fn a_limit_of_tower_http_is_a_413_problem() {
    let app = Router::new()
        .route("/", post(async || StatusCode::NO_CONTENT))
        .layer(RequestBodyLimitLayer::new(4))
        .layer(localize_layer());
    let mut request = post_json("Zq7pX9");
    request.headers_mut().insert("content-length", 6.into());
    refused(&app, request).await.is(413, "too-large", None);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_tower_http_is_a_408_problem() {
    let app = Router::new()
        .route("/", route(std::future::pending::<StatusCode>))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(10),
        ))
        .layer(localize_layer());
    refused(&app, get("/")).await.is(408, "timeout", None);
}

#[tokio::test]
async fn plain_text_of_an_error_is_replaced_by_the_problem() {
    let app = answering(|| (StatusCode::CONFLICT, "Zq7pX9").into_response());
    refused(&app, get("/")).await.is(409, "conflict", None);
}

#[tokio::test]
async fn pages_problems_of_others_and_statuses_without_a_kind_pass_untouched() {
    let foreign = || {
        let body = r#"{"type":"about:blank","status":404}"#;
        let headers = [(CONTENT_TYPE, "application/problem+json")];
        (StatusCode::NOT_FOUND, headers, body).into_response()
    };
    let page = || (StatusCode::NOT_FOUND, Html("<h1>Нет</h1>")).into_response();
    let teapot = || (StatusCode::IM_A_TEAPOT, "a teapot").into_response();
    let good = || "a text".into_response();
    for (answer, status, body) in [
        (
            foreign as fn() -> Response,
            404,
            r#"{"type":"about:blank","status":404}"#,
        ),
        (page, 404, "<h1>Нет</h1>"),
        (teapot, 418, "a teapot"),
        (good, 200, "a text"),
    ] {
        let answer = send(&answering(answer), get("/").map(Body::from)).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (status, body.as_bytes()));
        assert_eq!(answer.header("content-language"), None);
    }
}
