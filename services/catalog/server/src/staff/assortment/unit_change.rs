use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::{UnitContent, UnitView};
use kernel::ProductId;
use problem::{IfMatch, Json, Path, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, Tagged};
use crate::problems;

/// Changes a unit, all of it. For the roles assortment and
/// administrator.
#[utoipa::path(
    put, path = "/api/staff/v1/catalog/units/{id}", tag = "units",
    operation_id = "staff_unit_change",
    params(("id" = ProductId, Path, description = "Id of the unit"), ("If-Match" = String, Header, description = "The version that is changed, as in `ETag`")),
    request_body = UnitContent,
    responses(
        (status = 200, description = "The unit as it is now", body = UnitView),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such unit", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted; incompatible: `refusals` names rule, component, property and values; assembly-replaced, assembly-replacing, bill-too-large: `component`", body = ProblemBody,
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
    Path(id): Path<ProductId>,
    IfMatch(base): IfMatch,
    Json(content): Json<UnitContent>,
) -> Result<Tagged<UnitView>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let changed =
        catalog_store::assortment::change_unit(&staff.pg, &editing.editor(), id, base, &content).await;
    let changed = changed.map_err(problems::edit)?;
    editing.done();
    Ok(Tagged(changed))
}
