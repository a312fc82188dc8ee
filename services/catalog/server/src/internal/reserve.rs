use axum::extract::State;
use catalog_store::ReserveError;
use contracts::catalog::{Reservation, ReserveRequest};
use kernel::{OrderId, Text};
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Internal;
use crate::problems;

/// Holds stock for an order until `expires_at`, for all lines and sets or none (STK-2, STK-3, STK-4). Sets are held as
/// the units they have today. The same order id again
/// answers the first reservation, whatever has become of it.
#[utoipa::path(
    put, path = "/internal/v1/reservations/{order_id}", tag = "reservations",
    operation_id = "internal_reserve",
    params(("order_id" = OrderId, Path, description = "Id of the order")),
    request_body = ReserveRequest,
    responses(
        (status = 200, description = "The reservation", body = Reservation),
        (status = 409, description = "insufficient-stock (with `shortages`), not-for-sale (with `products` and `sets`)",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(order): Path<OrderId>,
    Json(request): Json<ReserveRequest>,
) -> Result<Json<Reservation>, Problem> {
    let now = internal.clock.now();
    if request.expires_at <= now {
        // A late repetition is answered like an early one; a new reservation would be none.
        let known = catalog_store::reservation(&internal.pg, order)
            .await
            .map_err(problems::database)?;
        return known.map(Json).ok_or_else(in_the_past);
    }
    match internal.reserving.reserve(now, order, request).await {
        Ok(reservation) => {
            internal.signals.stock_changed();
            Ok(Json(reservation))
        }
        Err(ReserveError::Short(shortages)) => {
            // What is held longer than it may be should not stand in the way of the next customer.
            internal.signals.reservations_due();
            tracing::info!(%order, products = shortages.len(), "not reserved: not enough in stock");
            Err(problems::insufficient_stock(&shortages))
        }
        Err(ReserveError::NotForSale(not_for_sale)) => Err(problems::not_for_sale(order, &not_for_sale)),
        Err(ReserveError::Database(error)) => Err(problems::database(error)),
    }
}

fn in_the_past() -> Problem {
    Problem::new(&kinds::VALIDATION).field(
        "expires_at",
        "too_small",
        Text::new("должно быть в будущем", "must be in the future"),
    )
}
