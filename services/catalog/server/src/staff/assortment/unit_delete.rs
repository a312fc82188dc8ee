use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::Unit;
use kernel::ProductId;
use problem::{IfMatch, Path, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, Tagged};
use crate::problems;

/// Marks a unit as deleted. It is not sold any more; orders still show it. For the roles assortment
/// and administrator.
#[utoipa::path(
    delete, path = "/api/staff/v1/catalog/units/{id}", tag = "units",
    operation_id = "staff_unit_delete",
    params(("id" = ProductId, Path, description = "Id of the unit"), ("If-Match" = String, Header, description = "The version that is changed, as in `ETag`")),
    responses(
        (status = 200, description = "The unit, deleted", body = Unit),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such unit", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "in-use: `users` names the first of those that need it; deleted: it is deleted already", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: it was changed since; `version` is the current one, `changed` names the fields with both values", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<ProductId>,
    IfMatch(base): IfMatch,
) -> Result<Tagged<Unit>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let marked = catalog_store::assortment::delete_unit(&staff.pg, &editing.editor(), id, base).await;
    let marked = marked.map_err(problems::edit)?;
    editing.done();
    Ok(Tagged(marked))
}
