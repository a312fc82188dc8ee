use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::{Component, ComponentContent};
use problem::{IdempotencyKey, Json, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, Made};
use crate::problems;

/// Makes a component, once for each of the employee's keys. For the roles assortment and
/// administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/components", tag = "components",
    operation_id = "staff_component_create",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = ComponentContent,
    responses(
        (status = 201, description = "The component, found at `Location`", body = Component),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted; assembly-cycle: `cycle`; assembly-in-stock: `pieces`; assembly-replaced, assembly-replacing: `component`; assembly-in-substitution: `users`; bill-too-large: `component`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "Fields are wrong: `errors` names each; or the key was used for another one", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    IdempotencyKey(key): IdempotencyKey,
    Json(content): Json<ComponentContent>,
) -> Result<Made<Component>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let made =
        catalog_store::assortment::create_component(&staff.pg, &editing.editor(), &key, &content).await;
    let thing = made.map_err(problems::edit)?;
    editing.done();
    Ok(Made {
        path: "/api/staff/v1/catalog/components",
        thing,
    })
}
