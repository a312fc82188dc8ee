use auth::Staff;
use axum::extract::State;
use contracts::backoffice::{TogglesChange, TogglesChanges, TogglesQuery};
use problem::{Json, Problem, ProblemBody, Query};

use super::{Readers, StaffFace};
use crate::problems;

/// Versions a page when nothing is said.
const PAGE: u16 = 20;

/// Shows who put which version into force, when and why, the one in force first.
#[utoipa::path(
    get, path = "/api/staff/v1/toggles/versions", tag = "toggles", operation_id = "toggles_history",
    params(TogglesQuery),
    security(("staff" = [])),
    responses(
        (status = 200, description = "A page of versions", body = TogglesChanges),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Neither administrator nor support nor analyst", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    _: Staff<Readers>,
    Query(query): Query<TogglesQuery>,
) -> Result<Json<TogglesChanges>, Problem> {
    let before: Option<i64> = query.cursor.as_deref().map(kernel::decode_cursor).transpose()?;
    let size = query.page_size.unwrap_or(PAGE);
    let found = face.store.list_toggles(before, size + 1).await;
    let mut found = found.map_err(problems::database)?;
    let more = found.len() > usize::from(size);
    found.truncate(size.into());
    let last = found.last().filter(|_| more);
    let next_cursor = last.map(|last| kernel::encode_cursor(&last.version));
    let items = found.into_iter().map(|change| TogglesChange {
        version: change.version,
        at: change.at,
        actor: change.actor,
        reason: change.reason,
    });
    Ok(Json(TogglesChanges {
        items: items.collect(),
        next_cursor,
    }))
}
