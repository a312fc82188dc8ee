#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::SetEntryPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::super::{AssortmentMakers, Staff};
use crate::problems;

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SetsQuery {
    /// Sets a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// Sets by their external ids, deleted ones among them. For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/sets", tag = "sets",
    operation_id = "staff_set_list",
    params(SetsQuery),
    responses(
        (status = 200, description = "A page", body = SetEntryPage),
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
    _: Employee<AssortmentMakers>,
    Query(query): Query<SetsQuery>,
) -> Result<Json<SetEntryPage>, Problem> {
    let size = query.page_size.and_then(PageSize::new).unwrap_or_default();
    let page = catalog_store::set_entries(&staff.pg, query.cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
