use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::assortment::{DraftPublication, draft, publish_draft};
use contracts::catalog::{Draft, DraftSubject, Published};
use problem::{Json, Path, Problem, ProblemBody, read_json};
use serde_json::Value;
use uuid::Uuid;

use super::super::{AssortmentMakers, Staff};
use super::Editing;
use crate::problems;

/// Saves what a draft says as a direct save does, with the same checks, and throws the draft away. Once: again it answers
/// what came of it. For the roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/drafts/{id}/publish", tag = "drafts",
    operation_id = "staff_draft_publish",
    params(("id" = Uuid, Path, description = "Id of the draft")),
    responses(
        (status = 200, description = "What came of it", body = Published),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "The caller has no such draft", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "What a direct save is refused for", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: what the draft is of was changed since it was begun, `changed` names the fields; or the draft was saved meanwhile", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "Fields are wrong: `errors` names each", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<Uuid>,
) -> Result<Json<Published>, Problem> {
    let found = draft(&staff.pg, employee.login(), id)
        .await
        .map_err(problems::database)?;
    let read = found.as_ref().map(publication).transpose()?;
    let editing = Editing::by(&staff, employee.login());
    let published = publish_draft(
        &staff.pg,
        &editing.editor(),
        id,
        found.as_ref().zip(read.as_ref()),
    )
    .await;
    let published = published.map_err(problems::edit)?;
    editing.done();
    Ok(Json(published))
}

/// What a draft says, read as the body of a direct save is.
fn publication(draft: &Draft) -> Result<DraftPublication, Problem> {
    let content = Value::Object(draft.content.clone());
    Ok(match draft.subject {
        DraftSubject::Component => DraftPublication::Component(read_json(&content)?),
        DraftSubject::Product => DraftPublication::Product(read_json(&content)?),
    })
}
