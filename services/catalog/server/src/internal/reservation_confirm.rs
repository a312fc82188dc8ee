use axum::extract::State;
use axum::http::StatusCode;
use kernel::OrderId;
use problem::{Path, Problem, ProblemBody};

use super::Internal;
use crate::problems;

/// Makes a reservation final, because its order is paid. Repeating it changes nothing. Of one that has run out the
/// stock is taken again, if it is still there.
#[utoipa::path(
    post, path = "/internal/v1/reservations/{order_id}/confirm", tag = "reservations",
    operation_id = "internal_reservation_confirm",
    params(("order_id" = OrderId, Path, description = "Id of the order")),
    responses(
        (status = 204, description = "It is confirmed"),
        (status = 404, description = "Nothing was ever reserved for the order", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "reservation-released, insufficient-stock (with `shortages`)",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(order): Path<OrderId>,
) -> Result<StatusCode, Problem> {
    let now = internal.clock.now();
    catalog_store::confirm(&internal.pg, now, order)
        .await
        .map_err(problems::settle)?;
    internal.signals.stock_changed();
    Ok(StatusCode::NO_CONTENT)
}
