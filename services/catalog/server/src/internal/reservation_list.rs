#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use axum::extract::State;
use catalog_store::ReservationFilter;
use contracts::catalog::{ReservationPage, ReservationStatus};
use garde::Validate;
use kernel::OrderId;
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Internal;
use crate::problems;

/// The most reservations a page may have, and how many it has where nothing is said.
const MAX_LIMIT: u16 = 500;

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Only those of orders with greater ids.
    #[garde(skip)]
    after: Option<OrderId>,
    /// Only those that stand there.
    #[garde(skip)]
    status: Option<ReservationStatus>,
    /// Reservations a page, 1 to 500; 500 by default.
    #[garde(range(min = 1, max = MAX_LIMIT))]
    limit: Option<u16>,
}

/// Reservations in the order of their order ids, for reconciliation.
#[utoipa::path(
    get, path = "/internal/v1/reservations", tag = "reservations",
    operation_id = "internal_reservation_list",
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = ReservationPage),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Query(query): Query<PageQuery>,
) -> Result<Json<ReservationPage>, Problem> {
    let PageQuery { after, status, limit } = query;
    let filter = ReservationFilter {
        after,
        status,
        limit: limit.unwrap_or(MAX_LIMIT),
    };
    let page = catalog_store::list_reservations(&internal.pg, &filter).await;
    page.map(Json).map_err(problems::database)
}
