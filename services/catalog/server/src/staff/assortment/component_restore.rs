use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::Component;
use kernel::ComponentId;
use problem::{IfMatch, Path, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, Tagged};
use crate::problems;

/// Takes the mark of a deleted component away. For the roles assortment and
/// administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/components/{id}/restore", tag = "components",
    operation_id = "staff_component_restore",
    params(("id" = ComponentId, Path, description = "Id of the component"), ("If-Match" = String, Header, description = "The version that is changed, as in `ETag`")),
    responses(
        (status = 200, description = "The component, not deleted", body = Component),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such component", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted; assembly-cycle: `cycle`; assembly-in-stock: `pieces`; assembly-replaced, assembly-replacing: `component`; assembly-in-substitution: `users`; bill-too-large: `component`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: it was changed since; `version` is the current one, `changed` names the fields with both values", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "What it refers to is gone: `errors` names each", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<ComponentId>,
    IfMatch(base): IfMatch,
) -> Result<Tagged<Component>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let marked = catalog_store::assortment::restore_component(&staff.pg, &editing.editor(), id, base).await;
    let marked = marked.map_err(problems::edit)?;
    editing.done();
    Ok(Tagged(marked))
}
