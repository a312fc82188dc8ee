use axum::extract::State;
use contracts::backoffice::Employee;
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem};

use super::{Administrator, Refused, StaffFace, shown};

/// Shows one employee.
#[utoipa::path(
    get, path = "/api/staff/v1/employees/{id}", tag = "employees", operation_id = "employees_show",
    params(("id" = Uuid, Path, description = "The employee")),
    security(("staff" = [])),
    responses(
        (status = 200, description = "The employee", body = Employee),
        Refused,
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    _: Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<Employee>, Problem> {
    Ok(Json(shown(face.employee(id).await?)))
}
