#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::MissingPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{ReportReaders, Staff};
use crate::problems;

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MissingQuery {
    /// Units a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// What was wished for and is not in stock, and which components it is short of (CAT-11). For the roles assortment,
/// warehouse and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/reports/missing", tag = "reports",
    operation_id = "staff_report_missing",
    params(MissingQuery),
    responses(
        (status = 200, description = "A page", body = MissingPage,
            example = json!({ "items": [{
                "product_id": "01890a5d-ac96-774b-bcce-b302099a8057", "slug": "wardrobe-onega-walnut",
                "name": { "ru": "Шкаф «Онега»", "en": "Onega wardrobe" },
                "wishes": 3, "wanted": 4, "available": 1,
                "short": [{ "component_id": "01890a5d-ac96-774b-bcce-b302099a8059", "sku": "PNL-16-600-WAL",
                    "name": { "ru": "Панель", "en": "Panel" }, "missing": 6 }]
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
    Query(query): Query<MissingQuery>,
) -> Result<Json<MissingPage>, Problem> {
    let size = query.page_size.and_then(PageSize::new).unwrap_or_default();
    let page = catalog_store::report_missing(&staff.pg, query.cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
