use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::begin_draft;
use contracts::catalog::{Draft, NewDraft};
use problem::{IdempotencyKey, Json, Problem, ProblemBody};

use super::super::{AssortmentMakers, Staff};
use super::{Editing, MadeDraft};
use crate::problems;

/// Begins a draft, which is saved on the server whatever state it is in (CAT-7). Of a target there is one draft of the
/// employee: the one that is there is answered. For the roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/drafts", tag = "drafts",
    operation_id = "staff_draft_create",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = NewDraft,
    responses(
        (status = 201, description = "The draft, found at `Location`", body = Draft),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted: the target is deleted", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "There is no such target, or the key was used for another draft", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<NewDraft>,
) -> Result<MadeDraft, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let begun = begin_draft(&staff.pg, &editing.editor(), &key, &new).await;
    begun.map(MadeDraft).map_err(problems::edit)
}
