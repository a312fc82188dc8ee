use axum::extract::State;
use contracts::backoffice::{EmployeesPage, EmployeesQuery};
use directory::Record;
use problem::{Json, Problem, ProblemBody, Query};

use super::{Administrator, StaffFace, problem, shown};

/// Employees a page when nothing is said.
const PAGE: u16 = 50;

/// Shows the employees, by login.
#[utoipa::path(
    get, path = "/api/staff/v1/employees", tag = "employees", operation_id = "employees_list",
    params(EmployeesQuery),
    security(("staff" = [])),
    responses(
        (status = 200, description = "A page of employees", body = EmployeesPage),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The directory cannot do it now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    _: Administrator,
    Query(query): Query<EmployeesQuery>,
) -> Result<Json<EmployeesPage>, Problem> {
    let after: Option<String> = query.cursor.as_deref().map(kernel::decode_cursor).transpose()?;
    let part = query.q.map(|part| part.to_lowercase());
    let wanted = |record: &Record| {
        let has = |text: &str, part: &str| text.to_lowercase().contains(part);
        let fits = |part: &String| has(&record.login, part) || has(record.name.expose(), part);
        after.as_ref().is_none_or(|after| record.login > *after)
            && part.as_ref().is_none_or(fits)
            && query.role.is_none_or(|role| record.roles.contains(&role))
    };
    let size = usize::from(query.page_size.unwrap_or(PAGE));
    // All of them: a directory can only turn pages on one connection, and a house has thousands at most.
    let all = face.personnel.employees().await.map_err(problem)?;
    let mut found = all.into_iter().filter(wanted);
    let items: Vec<_> = found.by_ref().take(size).map(shown).collect();
    let more = found.next().is_some();
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|last| kernel::encode_cursor(&last.login));
    Ok(Json(EmployeesPage { items, next_cursor }))
}
