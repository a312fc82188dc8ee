use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::{UnitContent, UnitView};
use problem::{IdempotencyKey, Json, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, Made};
use crate::problems;

/// Makes a unit, once for each of the employee's keys. For the roles assortment and
/// administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/units", tag = "units",
    operation_id = "staff_unit_create",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = UnitContent,
    responses(
        (status = 201, description = "The unit, found at `Location`", body = UnitView),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted; incompatible: `refusals` names rule, component, property and values; assembly-replaced, assembly-replacing, bill-too-large: `component`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "Fields are wrong: `errors` names each; or the key was used for another one", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    IdempotencyKey(key): IdempotencyKey,
    Json(content): Json<UnitContent>,
) -> Result<Made<UnitView>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let made = catalog_store::assortment::create_unit(&staff.pg, &editing.editor(), &key, &content).await;
    let thing = made.map_err(problems::edit)?;
    editing.done();
    Ok(Made {
        path: "/api/staff/v1/catalog/units",
        thing,
    })
}
