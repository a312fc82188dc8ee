use axum::extract::State;
use backoffice_domain::Administering;
use contracts::backoffice::{Employee, EmployeeChange, Role};
use directory::Name;
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::{Administrator, Refused, StaffFace, names, shown};
use crate::problems::OWN_ACCOUNT;

/// Changes what is given. Whoever may something else from now on, or is switched off, is signed out.
///
/// Nobody switches off the own account, or takes the own role of an administrator away: somebody must remain who can
/// undo it.
#[utoipa::path(
    patch, path = "/api/staff/v1/employees/{id}", tag = "employees", operation_id = "employees_change",
    params(("id" = Uuid, Path, description = "The employee")),
    request_body = EmployeeChange,
    security(("staff" = [])),
    responses(
        (status = 200, description = "The employee", body = Employee),
        (status = 409, description = "own-account, or role-not-settable", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        Refused,
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    administrator: Administrator,
    Path(id): Path<Uuid>,
    Json(change): Json<EmployeeChange>,
) -> Result<Json<Employee>, Problem> {
    let mut employee = face.employee(id).await?;
    let login = employee.login.clone();
    let personnel = &face.personnel;
    let less = |roles: &Vec<Role>| !roles.contains(&Role::Administrator);
    let locks_out = change.enabled == Some(false) || change.roles.as_ref().is_some_and(less);
    if locks_out && login == administrator.login() {
        return Err(Problem::new(&OWN_ACCOUNT));
    }
    if change.given_name.is_some() || change.surname.is_some() {
        let fields: Vec<&'static str> = [
            change.given_name.as_ref().map(|_| "given_name"),
            change.surname.as_ref().map(|_| "surname"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let given = change.given_name.as_ref().unwrap_or(&employee.given_name);
        let surname = change.surname.as_ref().unwrap_or(&employee.surname);
        // Empty is what the directory had.
        let name = Name::new(given.expose(), surname.expose());
        let name = name.ok_or_else(|| Problem::new(&kinds::VALIDATION))?;
        let what = Administering::Change(&fields);
        employee = face
            .administer(&administrator, &login, what, personnel.rename(id, &name))
            .await?;
    }
    if let Some(enabled) = change.enabled {
        let what = if enabled {
            Administering::Enable
        } else {
            Administering::Disable
        };
        employee = face
            .administer(&administrator, &login, what, personnel.set_enabled(id, enabled))
            .await?;
    }
    if let Some(roles) = &change.roles {
        let named = names(roles);
        let what = Administering::Roles(&named);
        let set = face
            .administer(&administrator, &login, what, personnel.set_roles(id, roles))
            .await;
        // Some may have been taken, even where not all could be.
        face.sign_out(&login).await?;
        employee = set?;
    } else if change.enabled == Some(false) {
        face.sign_out(&login).await?;
    }
    Ok(Json(shown(employee)))
}
