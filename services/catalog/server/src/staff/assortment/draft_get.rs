use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::draft;
use contracts::catalog::Draft;
use problem::{Path, Problem, ProblemBody, kinds};
use uuid::Uuid;

use super::super::{AssortmentMakers, Staff};
use super::TaggedDraft;
use crate::problems;

/// A draft of the caller. For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/drafts/{id}", tag = "drafts",
    operation_id = "staff_draft_get",
    params(("id" = Uuid, Path, description = "Id of the draft")),
    responses(
        (status = 200, description = "The draft; its version is the `ETag`", body = Draft),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "The caller has no such draft", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<Uuid>,
) -> Result<TaggedDraft, Problem> {
    let found = draft(&staff.pg, employee.login(), id)
        .await
        .map_err(problems::database)?;
    found
        .map(TaggedDraft)
        .ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}
