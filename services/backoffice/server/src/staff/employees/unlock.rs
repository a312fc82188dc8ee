use axum::extract::State;
use backoffice_domain::Administering;
use contracts::backoffice::Employee;
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem};

use super::{Administrator, Refused, StaffFace, shown};

/// Lets an employee try again who was locked out by wrong passwords.
#[utoipa::path(
    post, path = "/api/staff/v1/employees/{id}/unlock", tag = "employees", operation_id = "employees_unlock",
    params(("id" = Uuid, Path, description = "The employee")),
    security(("staff" = [])),
    responses(
        (status = 200, description = "The employee", body = Employee),
        Refused,
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
