use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::{Component, ComponentContent};
use kernel::ComponentId;
use problem::{IfMatch, Json, Path, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, Tagged};
use crate::problems;

/// Changes a component, all of it. For the roles assortment and
/// administrator.
#[utoipa::path(
    put, path = "/api/staff/v1/catalog/components/{id}", tag = "components",
    operation_id = "staff_component_change",
    params(("id" = ComponentId, Path, description = "Id of the component"), ("If-Match" = String, Header, description = "The version that is changed, as in `ETag`")),
    request_body = ComponentContent,
    responses(
        (status = 200, description = "The component as it is now", body = Component),
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
        (status = 422, description = "Fields are wrong: `errors` names each", body = ProblemBody,
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
    Json(content): Json<ComponentContent>,
) -> Result<Tagged<Component>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let changed =
        catalog_store::assortment::change_component(&staff.pg, &editing.editor(), id, base, &content).await;
    let changed = changed.map_err(problems::edit)?;
    editing.done();
    Ok(Tagged(changed))
}
