use axum::extract::State;
use axum::http::StatusCode;
use backoffice_domain::Administering;
use contracts::backoffice::{Employee, NewEmployee};
use directory::Name;
use kernel::Text;
use problem::{Json, Problem, ProblemBody, kinds};

use super::{Administrator, StaffFace, names, shown};

/// Makes an account, whose password must be changed at a workplace first.
#[utoipa::path(
    post, path = "/api/staff/v1/employees", tag = "employees", operation_id = "employees_create",
    request_body = NewEmployee,
    security(("staff" = [])),
    responses(
        (status = 201, description = "The employee", body = Employee),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "login-taken, or role-not-settable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The directory cannot do it now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    administrator: Administrator,
    Json(new): Json<NewEmployee>,
) -> Result<(StatusCode, Json<Employee>), Problem> {
    let name = Name::new(new.given_name.expose(), new.surname.expose());
    let wanted = directory::NewEmployee {
        // Both rules say the same; the directory's is the one that guards it.
        name: name.ok_or_else(|| wrong("given_name"))?,
        login: new.login,
        password: new.password,
        roles: new.roles,
    };
    if !directory::NewEmployee::can_be_login(&wanted.login) {
        return Err(wrong("login"));
    }
    let roles = names(&wanted.roles);
    let made = face.administer(
        &administrator,
        &wanted.login,
        Administering::Create(&roles),
        face.personnel.create(&wanted),
    );
    Ok((StatusCode::CREATED, Json(shown(made.await?))))
}

fn wrong(field: &str) -> Problem {
    let text = Text::new("недопустимое значение", "is not allowed");
    Problem::new(&kinds::VALIDATION).field(field, "invalid", text)
}
