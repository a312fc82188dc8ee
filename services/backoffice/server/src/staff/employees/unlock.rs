use axum::extract::State;
use backoffice_domain::Administering;
use contracts::backoffice::Employee;
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem, ProblemBody};

use super::{Administrator, StaffFace, shown};

/// Lets an employee try again who was locked out by wrong passwords.
#[utoipa::path(
    post, path = "/api/staff/v1/employees/{id}/unlock", tag = "employees", operation_id = "employees_unlock",
    params(("id" = Uuid, Path, description = "The employee")),
    security(("staff" = [])),
    responses(
        (status = 200, description = "The employee", body = Employee),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such employee", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The directory cannot do it now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    administrator: Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<Employee>, Problem> {
    let login = face.employee(id).await?.login;
    let unlocked = face.personnel.unlock(id);
    let employee = face
        .administer(&administrator, &login, Administering::Unlock, unlocked)
        .await?;
    Ok(Json(shown(employee)))
}
