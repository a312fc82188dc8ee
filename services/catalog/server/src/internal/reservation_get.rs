use axum::extract::State;
use contracts::catalog::Reservation;
use kernel::OrderId;
use problem::{Json, Path, Problem, ProblemBody};

use super::Internal;
use crate::problems;

/// What is held for an order, with the shelves it comes from (STK-2, WH-2).
#[utoipa::path(
    get, path = "/internal/v1/reservations/{order_id}", tag = "reservations",
    operation_id = "internal_reservation_get",
    params(("order_id" = OrderId, Path, description = "Id of the order")),
    responses(
        (status = 200, description = "The reservation", body = Reservation),
        (status = 404, description = "Nothing was ever reserved for the order", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(order): Path<OrderId>,
) -> Result<Json<Reservation>, Problem> {
    let found = catalog_store::reservation(&internal.pg, order)
        .await
        .map_err(problems::database)?;
    found.map(Json).ok_or_else(problems::no_reservation)
}
