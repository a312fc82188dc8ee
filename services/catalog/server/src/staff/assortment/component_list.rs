#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::{ComponentFilter, list_components};
use contracts::catalog::ComponentPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::{AssortmentMakers, Staff};
use crate::problems;

/// What to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Part of an article number or a name, whatever its case.
    #[garde(length(chars, max = 100))]
    q: Option<String>,
    /// Code of a type.
    #[garde(length(min = 1, max = 40))]
    kind: Option<String>,
    /// Whether deleted ones are listed instead of the others.
    #[garde(skip)]
    deleted: Option<bool>,
    /// Items a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 300))]
    cursor: Option<String>,
}

/// Components by article number (CAT-2). For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/components", tag = "components",
    operation_id = "staff_component_list",
    params(ListQuery),
    responses(
        (status = 200, description = "A page", body = ComponentPage),
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
    Query(query): Query<ListQuery>,
) -> Result<Json<ComponentPage>, Problem> {
    let ListQuery {
        q,
        kind,
        deleted,
        page_size,
        cursor,
    } = query;
    let size = page_size.and_then(PageSize::new).unwrap_or_default();
    let filter = ComponentFilter {
        q: q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()),
        kind,
        deleted: deleted.unwrap_or_default(),
    };
    let page = list_components(&staff.pg, &filter, cursor.as_deref(), size).await;
    page.map(Json).map_err(problems::list)
}
