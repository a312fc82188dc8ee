use axum::extract::State;
use axum::http::StatusCode;
use backoffice_domain::Administering;
use kernel::uuid::Uuid;
use problem::{Path, Problem, ProblemBody};

use super::{Administrator, Refused, StaffFace};
use crate::problems::OWN_ACCOUNT;

/// Removes an account, and signs the employee out. Not the own one.
#[utoipa::path(
    delete, path = "/api/staff/v1/employees/{id}", tag = "employees", operation_id = "employees_delete",
    params(("id" = Uuid, Path, description = "The employee")),
    security(("staff" = [])),
    responses(
        (status = 204, description = "The account is gone"),
        (status = 409, description = "own-account", body = ProblemBody,
            content_type = "application/problem+json"),
        Refused,
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    administrator: Administrator,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let login = face.employee(id).await?.login;
    if login == administrator.login() {
        return Err(Problem::new(&OWN_ACCOUNT));
    }
    let deleted = face.personnel.delete(id);
    face.administer(&administrator, &login, Administering::Delete, deleted)
        .await?;
    face.sign_out(&login).await?;
    Ok(StatusCode::NO_CONTENT)
}
