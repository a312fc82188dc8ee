use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::delete_set;
use contracts::catalog::SetEntry;
use kernel::uuid::Uuid;
use problem::{IfMatch, Path, Problem, ProblemBody};

use super::super::super::{AssortmentMakers, Staff};
use super::super::{Editing, Tagged};
use crate::problems;

/// Marks a set as deleted: customers do not see it any more. For the roles assortment and administrator.
#[utoipa::path(
    delete, path = "/api/staff/v1/catalog/sets/{id}", tag = "sets",
    operation_id = "staff_set_delete",
    params(
        ("id" = Uuid, Path, description = "Id of the set"),
        ("If-Match" = String, Header, description = "The version that is meant, as `ETag` had it"),
    ),
    responses(
        (status = 200, description = "It is deleted", body = SetEntry,
            headers(("ETag" = String, description = "Its version now"))),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted: it is already", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: it was changed since; `changed` has the fields", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "`If-Match` is no version", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 428, description = "Without `If-Match`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<Uuid>,
    IfMatch(base): IfMatch,
) -> Result<Tagged<SetEntry>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let done = delete_set(&staff.pg, &editing.editor(), id, base).await;
    let entry = done.map_err(problems::edit)?;
    editing.done();
    Ok(Tagged(entry))
}
