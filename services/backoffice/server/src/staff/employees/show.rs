use axum::extract::State;
use contracts::backoffice::Employee;
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem, ProblemBody};

use super::{Administrator, StaffFace, shown};

/// Shows one employee.
#[utoipa::path(
    get, path = "/api/staff/v1/employees/{id}", tag = "employees", operation_id = "employees_show",
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
    _: Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<Employee>, Problem> {
    Ok(Json(shown(face.employee(id).await?)))
}
