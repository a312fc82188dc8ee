use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::check_unit;
use contracts::catalog::{UnitCheck, UnitContent};
use problem::{Json, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use crate::problems;

/// What saving a unit would say: its price, availability, and the rules that speak against it. Writes nothing. For the
/// roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/units/check", tag = "units",
    operation_id = "staff_unit_check",
    request_body = UnitContent,
    responses(
        (status = 200, description = "What saving it would say", body = UnitCheck),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "assembly-replaced, assembly-replacing, bill-too-large: `component`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "Fields are wrong: `errors` names each", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Json(content): Json<UnitContent>,
) -> Result<Json<UnitCheck>, Problem> {
    let checked = check_unit(&staff.pg, &content).await;
    checked.map(Json).map_err(problems::edit)
}
