use axum::extract::State;
use backoffice_domain::Administering;
use contracts::backoffice::{Employee, NewPassword};
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem, ProblemBody};

use super::{Administrator, Refused, StaffFace, shown};

/// Gives an employee another password, and signs the employee out.
#[utoipa::path(
    put, path = "/api/staff/v1/employees/{id}/password", tag = "employees", operation_id = "employees_password",
    params(("id" = Uuid, Path, description = "The employee")),
    request_body = NewPassword,
    security(("staff" = [])),
    responses(
        (status = 200, description = "The employee", body = Employee),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        Refused,
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    administrator: Administrator,
    Path(id): Path<Uuid>,
    Json(new): Json<NewPassword>,
) -> Result<Json<Employee>, Problem> {
    let login = face.employee(id).await?.login;
    let set = face.personnel.set_password(id, &new.password, new.must_change);
    let employee = face
        .administer(&administrator, &login, Administering::Password, set)
        .await?;
    face.sign_out(&login).await?;
    Ok(Json(shown(employee)))
}
