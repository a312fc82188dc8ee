use axum::extract::State;
use catalog_store::ReplaceError;
use contracts::catalog::{ReplaceRequest, Reservation};
use kernel::{OrderId, Text};
use problem::{Json, Path, Problem, ProblemBody};

use super::Internal;
use crate::problems;

/// Gives a reservation other lines, because its order was edited (ORD-4), for all of them or not at all; what stays is
/// kept where it is as far as possible. Works for what is reserved and for what is confirmed. The same `revision` again
/// changes nothing, an older one than the last is refused.
#[utoipa::path(
    post, path = "/internal/v1/reservations/{order_id}/replace", tag = "reservations",
    operation_id = "internal_reservation_replace",
    params(("order_id" = OrderId, Path, description = "Id of the order")),
    request_body = ReplaceRequest,
    responses(
        (status = 200, description = "The reservation", body = Reservation),
        (status = 404, description = "Nothing was ever reserved for the order", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "insufficient-stock (with `shortages`), not-for-sale (with `products` and `sets`), \
            reservation-released, reservation-outdated (with `revision`)",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(order): Path<OrderId>,
    Json(request): Json<ReplaceRequest>,
) -> Result<Json<Reservation>, Problem> {
    let now = internal.clock.now();
    match catalog_store::replace(&internal.pg, now, order, &request).await {
        Ok(reservation) => {
            internal.signals.stock_changed();
            Ok(Json(reservation))
        }
        Err(ReplaceError::NotFound) => Err(problems::no_reservation()),
        Err(ReplaceError::Settled(_)) => Err(Problem::new(&problems::RESERVATION_RELEASED)),
        Err(ReplaceError::Outdated { current }) => Err(Problem::new(&problems::RESERVATION_OUTDATED)
            .detail(Text::new(
                format!("Резерв уже соответствует правке {current}."),
                format!("The reservation is of edit {current} already."),
            ))
            .ext("revision", &current)),
        Err(ReplaceError::Short(shortages)) => {
            internal.signals.reservations_due();
            tracing::info!(%order, products = shortages.len(), "not replaced: not enough in stock");
            Err(problems::insufficient_stock(&shortages))
        }
        Err(ReplaceError::NotForSale(not_for_sale)) => Err(problems::not_for_sale(order, &not_for_sale)),
        Err(ReplaceError::Database(error)) => Err(problems::database(error)),
    }
}
