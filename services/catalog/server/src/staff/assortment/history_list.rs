#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::edit::assortment_history;
use contracts::catalog::{AssortmentChangePage, AssortmentKind};
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Path, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::{AssortmentMakers, Staff};
use crate::problems;

/// Which thing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Thing {
    /// What kind of thing it is.
    kind: AssortmentKind,
    /// Its code or id.
    code: String,
}

/// Which versions.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Versions a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// Who changed what of a thing and when, the newest version first. Empty for what was never edited. For the roles
/// assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/history/{kind}/{code}", tag = "assortment",
    operation_id = "staff_assortment_history",
    params(Thing, HistoryQuery),
    responses(
        (status = 200, description = "A page", body = AssortmentChangePage),
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
    Path(Thing { kind, code }): Path<Thing>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<AssortmentChangePage>, Problem> {
    let size = query.page_size.and_then(PageSize::new).unwrap_or_default();
    let page = assortment_history(&staff.pg, kind, &code, query.cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
