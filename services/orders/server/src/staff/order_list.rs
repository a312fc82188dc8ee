#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::{Staff, roles};
use axum::extract::State;
use contracts::orders::{OrderStatus, StaffOrderPage, StaffOrderRow};
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, OrderId, decode_cursor, encode_cursor};
use orders_store::OrderRow;
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Desk;
use crate::{convert, problems};

/// Which orders.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only orders of this status.
    #[garde(skip)]
    status: Option<OrderStatus>,
    /// Orders a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// Where the page before ended.
    #[garde(length(max = 200))]
    cursor: Option<String>,
}

/// Orders, newest first (WH-2). No personal data.
#[utoipa::path(
    get, path = "/api/staff/v1/orders", operation_id = "staff_order_list", tag = "orders",
    security(("staff" = [])),
    params(Filter),
    responses(
        (status = 200, description = "A page of orders", body = StaffOrderPage),
        (status = 401, description = "No token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a warehouse employee", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    _: Staff<roles::Warehouse>,
    State(desk): State<Desk>,
    Query(filter): Query<Filter>,
) -> Result<Json<StaffOrderPage>, Problem> {
    let before = filter
        .cursor
        .as_deref()
        .map(decode_cursor::<OrderId>)
        .transpose()?;
    let size = filter.page_size.unwrap_or(MAX_PAGE_SIZE);
    let status = filter.status.map(convert::domain_status);
    // One more than shown tells whether there is a next page.
    let mut orders = desk
        .store
        .list_orders(status, before, size + 1)
        .await
        .map_err(problems::database)?;
    let more = orders.len() > usize::from(size);
    orders.truncate(size.into());
    let next_cursor = orders
        .last()
        .filter(|_| more)
        .map(|order| encode_cursor(&order.id));
    Ok(Json(StaffOrderPage {
        items: orders.into_iter().map(row).collect(),
        next_cursor,
    }))
}

fn row(order: OrderRow) -> StaffOrderRow {
    StaffOrderRow {
        number: order.number,
        status: convert::status(order.status),
        created_at: order.created_at,
        pieces: order.pieces,
        total: order.total,
        slot: convert::booked_slot(order.slot),
    }
}
