#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::StockFilter;
use contracts::catalog::StockPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Staff, StockKeepers};
use crate::problems;

/// What to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StockQuery {
    /// Part of an article number or a name, whatever its case.
    #[garde(length(chars, max = 100))]
    q: Option<String>,
    /// Code of a warehouse.
    #[garde(length(min = 1, max = 16))]
    warehouse: Option<String>,
    /// Rows a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// What lies in the warehouses, by article number (STK-1, WH-1). For the roles warehouse and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/stock", tag = "stock",
    operation_id = "staff_stock_list",
    params(StockQuery),
    responses(
        (status = 200, description = "A page", body = StockPage),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<StockKeepers>,
    Query(query): Query<StockQuery>,
) -> Result<Json<StockPage>, Problem> {
    let StockQuery {
        q,
        warehouse,
        page_size,
        cursor,
    } = query;
    let q = q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let size = page_size.and_then(PageSize::new).unwrap_or_default();
    let filter = StockFilter { q, warehouse };
    let page = catalog_store::list_stock(&staff.pg, &filter, cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
