use auth::Staff as Employee;
use axum::extract::State;
use axum::http::StatusCode;
use catalog_store::assortment::delete_draft;
use problem::{IfMatch, Path, Problem, ProblemBody};
use uuid::Uuid;

use super::super::{AssortmentMakers, Staff};
use crate::problems;

/// Throws a draft away. For the roles assortment and administrator.
#[utoipa::path(
    delete, path = "/api/staff/v1/catalog/drafts/{id}", tag = "drafts",
    operation_id = "staff_draft_delete",
    params(("id" = Uuid, Path, description = "Id of the draft"), ("If-Match" = String, Header, description = "The version that is meant, as in `ETag`")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "The caller has no such draft", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: it was saved elsewhere since; `version` is the current one", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<Uuid>,
    IfMatch(base): IfMatch,
) -> Result<StatusCode, Problem> {
    let gone = delete_draft(&staff.pg, employee.login(), id, base).await;
    gone.map(|()| StatusCode::NO_CONTENT).map_err(problems::edit)
}
