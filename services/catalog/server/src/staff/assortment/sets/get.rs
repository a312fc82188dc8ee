use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::SetEntry;
use kernel::uuid::Uuid;
use problem::{Path, Problem, ProblemBody, kinds};

use super::super::super::{AssortmentMakers, Staff};
use super::super::Tagged;
use crate::problems;

/// A set as it is edited, deleted or not. For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/sets/{id}", tag = "sets",
    operation_id = "staff_set_get",
    params(("id" = Uuid, Path, description = "Id of the set")),
    responses(
        (status = 200, description = "The set", body = SetEntry,
            headers(("ETag" = String, description = "Its version"))),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Path(id): Path<Uuid>,
) -> Result<Tagged<SetEntry>, Problem> {
    let entry = catalog_store::set_entry(&staff.pg, id)
        .await
        .map_err(problems::database)?;
    entry.map(Tagged).ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}
