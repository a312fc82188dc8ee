use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::create_set;
use contracts::catalog::{SetContent, SetEntry};
use problem::{IdempotencyKey, Json, Problem, ProblemBody};

use super::super::super::{AssortmentMakers, Staff};
use super::super::{Editing, Made};
use super::SETS;
use crate::problems;

/// Makes a set, once for each `Idempotency-Key` of the employee. A unit that does not fit it is refused with the rule
/// and both values; a set that lacks units is not. For the roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/sets", tag = "sets",
    operation_id = "staff_set_create",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = SetContent,
    responses(
        (status = 201, description = "It is made", body = SetEntry, headers(
            ("ETag" = String, description = "Its version"),
            ("Location" = String, description = "Where it is"),
        )),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong, a unit does not fit, or the key was used for another request", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    IdempotencyKey(key): IdempotencyKey,
    Json(content): Json<SetContent>,
) -> Result<Made<SetEntry>, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let made = create_set(&staff.pg, &editing.editor(), &key, &content).await;
    let thing = made.map_err(problems::edit)?;
    editing.done();
    Ok(Made { path: SETS, thing })
}
