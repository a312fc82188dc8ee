use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::Component;
use kernel::ComponentId;
use problem::{Path, Problem, ProblemBody, kinds};

use super::super::{AssortmentMakers, Staff};
use super::Tagged;
use crate::problems;

/// A component, deleted ones too, with the lines of an assembly. For the roles
/// assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/components/{id}", tag = "components",
    operation_id = "staff_component_get",
    params(("id" = ComponentId, Path, description = "Id of the component")),
    responses(
        (status = 200, description = "The component; its version is the `ETag`", body = Component),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such component", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Path(id): Path<ComponentId>,
) -> Result<Tagged<Component>, Problem> {
    let found = catalog_store::assortment::component(&staff.pg, id).await;
    let found = found.map_err(problems::database)?;
    found.map(Tagged).ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}
