//! What a courier does with an order. Each may be sent again after a lost answer (COU-4).

use axum::extract::State;
use axum::http::StatusCode;
use contracts::orders::{NotDelivered, NotDeliveredReason};
use orders_domain::{Actor, Move};
use orders_store::{Change, OrderRef};
use problem::{Json, Path, Problem, ProblemBody};

use super::Edge;
use super::courier::Courier;
use crate::{convert, problems};

/// Takes an order that nobody has: it is on the way with this courier now (COU-1).
#[utoipa::path(
    post, path = "/api/orders/v1/courier/orders/{number}/claim", operation_id = "courier_claim", tag = "couriers",
    security(("courier" = [])),
    params(("number" = String, Path, description = "Number of the order")),
    responses(
        (status = 204, description = "The courier has it"),
        (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "not-yours: another courier has it; status-conflict: it is not ready",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn claim(
    State(edge): State<Edge>,
    courier: Courier,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    act(&edge, &courier, &number, Move::Claim, None).await
}

/// Gives an order back to the list (COU-3).
#[utoipa::path(
    post, path = "/api/orders/v1/courier/orders/{number}/release", operation_id = "courier_release", tag = "couriers",
    security(("courier" = [])),
    params(("number" = String, Path, description = "Number of the order")),
    responses(
        (status = 204, description = "Others can take it"),
        (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "not-yours or status-conflict", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn release(
    State(edge): State<Edge>,
    courier: Courier,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    act(&edge, &courier, &number, Move::GiveBack, None).await
}

/// Says that an order was handed over (COU-3).
#[utoipa::path(
    post, path = "/api/orders/v1/courier/orders/{number}/delivered", operation_id = "courier_delivered", tag = "couriers",
    security(("courier" = [])),
    params(("number" = String, Path, description = "Number of the order")),
    responses(
        (status = 204, description = "Delivered"),
        (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "not-yours or status-conflict", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn delivered(
    State(edge): State<Edge>,
    courier: Courier,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    act(&edge, &courier, &number, Move::Deliver, None).await
}

/// Says that an order could not be handed over, and why (COU-3, ORD-1).
#[utoipa::path(
    post, path = "/api/orders/v1/courier/orders/{number}/not-delivered", operation_id = "courier_not_delivered", tag = "couriers",
    security(("courier" = [])),
    params(("number" = String, Path, description = "Number of the order")),
    request_body = NotDelivered,
    responses(
        (status = 204, description = "Noted"),
        (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "not-yours or status-conflict", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "No such reason", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn not_delivered(
    State(edge): State<Edge>,
    courier: Courier,
    Path(number): Path<String>,
    Json(told): Json<NotDelivered>,
) -> Result<StatusCode, Problem> {
    act(&edge, &courier, &number, Move::FailToDeliver, Some(told.reason)).await
}

async fn act(
    edge: &Edge,
    courier: &Courier,
    number: &str,
    step: Move,
    reason: Option<NotDeliveredReason>,
) -> Result<StatusCode, Problem> {
    let change = Change {
        order: OrderRef::Number(&convert::number(number)),
        step,
        actor: Actor::Courier,
        login: Some(&courier.login),
        reason: reason.map(convert::reason_code),
    };
    edge.store
        .change_status(&change)
        .await
        .map_err(problems::not_changed)?;
    Ok(StatusCode::NO_CONTENT)
}
