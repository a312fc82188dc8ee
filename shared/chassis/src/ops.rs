use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};
use telemetry::Metrics;
use utoipa::openapi::OpenApi;

use crate::readiness::Readiness;

/// `/healthz`, `/readyz`, `/metrics` and `/openapi.json` of one service.
///
/// They stand beside the HTTP stack, not in it: probes and scrapes come every few seconds and would drown
/// callers in the histogram and the traces.
pub(crate) fn router(readiness: Readiness, metrics: Metrics, openapi: &OpenApi) -> Router {
    probes(readiness)
        .route("/metrics", get(render).with_state(metrics))
        .merge(openapi_route("/openapi.json", openapi))
}

/// `/healthz` and `/readyz` alone.
pub(crate) fn probes(readiness: Readiness) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz).with_state(readiness))
}

/// A router that answers `path` with the description of an interface, for a face that shows its own.
pub fn openapi_route(path: &str, openapi: &OpenApi) -> Router {
    let body = serde_json::to_vec(openapi).expect("an OpenAPI description is valid JSON");
    let body = axum::body::Bytes::from(body);
    Router::new().route(
        path,
        get(async move || ([(header::CONTENT_TYPE, "application/json")], body.clone())),
    )
}

async fn readyz(State(readiness): State<Readiness>) -> Response {
    let answer = readiness.ask().await;
    let status = if answer.status == "ready" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

async fn render(State(metrics): State<Metrics>) -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        metrics.render(),
    )
        .into_response()
}
