#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::UnsoldPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use time::Duration;
use utoipa::IntoParams;

use super::{ReportReaders, Staff};
use crate::problems;

/// The window where nothing is said.
const DAYS: u16 = 90;
/// The longest window.
const MAX_DAYS: u16 = 3_650;

/// Which page of what.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnsoldQuery {
    /// Without a paid order for so many days, 1 to 3650; 90 by default.
    #[garde(range(min = 1, max = MAX_DAYS))]
    days: Option<u16>,
    /// Units a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// What does not sell: units on sale for longer than the window without a paid order in it, and what their stock
/// cost (CAT-11). For the roles assortment, warehouse and administrator.
///
/// A page looks at 2,000 units at most, so that it can be short, even empty, while `next_cursor` says that there are
/// more.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/reports/unsold", tag = "reports",
    operation_id = "staff_report_unsold",
    params(UnsoldQuery),
    responses(
        (status = 200, description = "A page", body = UnsoldPage,
            example = json!({ "items": [{
                "product_id": "01890a5d-ac96-774b-bcce-b302099a8057", "slug": "wardrobe-onega-walnut",
                "name": { "ru": "Шкаф «Онега»", "en": "Onega wardrobe" },
                "created_at": "2025-01-15T09:00:00Z", "last_sold_at": null, "available": 5,
                "stock_value": { "amount": 4_000_000, "currency": "RUB" }
            }], "next_cursor": null })),
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
    _: Employee<ReportReaders>,
    Query(query): Query<UnsoldQuery>,
) -> Result<Json<UnsoldPage>, Problem> {
    let since = staff.clock.now() - Duration::days(query.days.unwrap_or(DAYS).into());
    let size = query.page_size.and_then(PageSize::new).unwrap_or_default();
    let page = catalog_store::report_unsold(&staff.pg, since, query.cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
