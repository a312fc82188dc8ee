use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use problem::{Problem, ProblemBody};

use super::Edge;
use super::courier::session_hash;
use crate::problems;

/// Ends the courier's session. Repeating it changes nothing.
#[utoipa::path(
    delete, path = "/api/orders/v1/courier/sessions", operation_id = "courier_sign_out", tag = "couriers",
    security(("courier" = [])),
    responses(
        (status = 204, description = "The session is over"),
        (status = 401, description = "No session token", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(State(edge): State<Edge>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let hash = session_hash(&headers)?;
    edge.store
        .close_courier_session(&hash)
        .await
        .map_err(problems::database)?;
    Ok(StatusCode::NO_CONTENT)
}
