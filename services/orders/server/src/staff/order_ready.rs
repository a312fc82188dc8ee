use auth::{Staff, roles};
use axum::extract::State;
use axum::http::StatusCode;
use orders_domain::{Actor, Move};
use orders_store::{Change, OrderRef};
use problem::{Path, Problem, ProblemBody};

use super::Desk;
use crate::{convert, problems};

/// Says that an order is packed: `paid` or `needs_change` becomes `ready_to_ship` (WH-2).
#[utoipa::path(
    post, path = "/api/staff/v1/orders/{number}/ready", operation_id = "staff_order_ready", tag = "orders",
    security(("staff" = [])),
    params(("number" = String, Path, description = "Number of the order")),
    responses(
        (status = 204, description = "Couriers see it now"),
        (status = 401, description = "No token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a warehouse employee", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "status-conflict; `order_status` says where it stands", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    employee: Staff<roles::Warehouse>,
    State(desk): State<Desk>,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    let change = Change {
        order: OrderRef::Number(&convert::number(&number)),
        step: Move::Pack,
        actor: Actor::Employee,
        login: Some(employee.login()),
        reason: None,
    };
    desk.store
        .change_status(&change)
        .await
        .map_err(problems::not_changed)?;
    Ok(StatusCode::NO_CONTENT)
}
