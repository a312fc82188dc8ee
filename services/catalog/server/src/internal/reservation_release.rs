use axum::extract::State;
use axum::http::StatusCode;
use kernel::OrderId;
use problem::{Path, Problem, ProblemBody};

use super::Internal;
use crate::problems;

/// Gives an order's stock back, also after it was confirmed. Final; repeating it changes nothing.
#[utoipa::path(
    post, path = "/internal/v1/reservations/{order_id}/release", tag = "reservations",
    operation_id = "internal_reservation_release",
    params(("order_id" = OrderId, Path, description = "Id of the order")),
    responses(
        (status = 204, description = "It is released"),
        (status = 404, description = "Nothing was ever reserved for the order", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(order): Path<OrderId>,
) -> Result<StatusCode, Problem> {
    let now = internal.clock.now();
    catalog_store::release(&internal.pg, now, order)
        .await
        .map_err(problems::settle)?;
    internal.signals.stock_changed();
    Ok(StatusCode::NO_CONTENT)
}
