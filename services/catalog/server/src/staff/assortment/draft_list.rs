#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::list_drafts;
use contracts::catalog::DraftPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::{AssortmentMakers, Staff};
use crate::problems;

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Drafts a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 300))]
    cursor: Option<String>,
}

/// The caller's drafts, last saved first (CAT-7). For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/drafts", tag = "drafts",
    operation_id = "staff_draft_list",
    params(ListQuery),
    responses(
        (status = 200, description = "A page", body = DraftPage),
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
    employee: Employee<AssortmentMakers>,
    Query(query): Query<ListQuery>,
) -> Result<Json<DraftPage>, Problem> {
    let size = query.page_size.and_then(PageSize::new).unwrap_or_default();
    let page = list_drafts(&staff.pg, employee.login(), query.cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
