use auth::Staff;
use axum::extract::State;
use backoffice_domain::{Entry, canonical};
use backoffice_store::AuditFilter;
use contracts::backoffice::{AuditEntry, AuditPage, AuditQuery};
use problem::{Json, Problem, ProblemBody, Query};

use super::{AuditReaders, StaffFace};
use crate::problems;

/// Entries a page when nothing is said.
const PAGE: u16 = 50;

/// Shows the audit, what was written last first.
#[utoipa::path(
    get, path = "/api/staff/v1/audit", tag = "audit",
    params(AuditQuery),
    security(("staff" = [])),
    responses(
        (status = 200, description = "A page of entries", body = AuditPage),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Neither security nor administrator", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    _: Staff<AuditReaders>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    let before: Option<i64> = query.cursor.as_deref().map(kernel::decode_cursor).transpose()?;
    let size = query.page_size.unwrap_or(PAGE);
    let actor = query.actor.as_deref().map(canonical);
    let filter = AuditFilter {
        actor: actor.as_deref(),
        action: query.action.as_deref(),
        subject: query.subject.as_deref(),
        since: query.since,
    };
    let mut entries = face
        .store
        .list_audit(filter, before, size + 1)
        .await
        .map_err(problems::database)?;
    let more = entries.len() > usize::from(size);
    entries.truncate(size.into());
    let next_cursor = entries
        .last()
        .filter(|_| more)
        .map(|last| kernel::encode_cursor(&last.seq));
    let items = entries.into_iter().map(shown).collect::<Result<_, _>>()?;
    Ok(Json(AuditPage { items, next_cursor }))
}

fn shown(
    Entry {
        seq, record, hash, ..
    }: Entry,
) -> Result<AuditEntry, Problem> {
    Ok(AuditEntry {
        seq,
        id: record.id.uuid(),
        at: record.at,
        source: record.source,
        actor: record.actor,
        action: record.action,
        subject: record.subject,
        details: serde_json::from_str(&record.details).map_err(Problem::internal)?,
        hash: hash.to_string(),
    })
}
