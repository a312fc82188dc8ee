use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::save_draft;
use contracts::catalog::{Draft, DraftContent};
use problem::{IfMatch, Json, Path, Problem, ProblemBody};
use uuid::Uuid;

use super::super::{AssortmentMakers, Staff};
use super::{Editing, TaggedDraft};
use crate::problems;

/// Saves what was typed, whatever state it is in: to be called at every edit. For the roles assortment and
/// administrator.
#[utoipa::path(
    put, path = "/api/staff/v1/catalog/drafts/{id}", tag = "drafts",
    operation_id = "staff_draft_save",
    params(("id" = Uuid, Path, description = "Id of the draft"), ("If-Match" = String, Header, description = "The version that is meant, as in `ETag`")),
    request_body = DraftContent,
    responses(
        (status = 200, description = "The draft as it is now", body = Draft),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "The caller has no such draft", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: it was saved elsewhere since; `version` is the current one", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
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
    Json(content): Json<DraftContent>,
) -> Result<TaggedDraft, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let saved = save_draft(&staff.pg, &editing.editor(), id, base, &content).await;
    saved.map(TaggedDraft).map_err(problems::edit)
}
