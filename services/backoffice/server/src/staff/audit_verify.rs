use auth::Staff;
use axum::extract::State;
use contracts::backoffice::AuditVerification;
use problem::{Json, Problem, ProblemBody};

use super::{AuditReaders, StaffFace};
use crate::verification::verified;

/// Checks every entry of the audit against its hash and its neighbours (AUD-1).
#[utoipa::path(
    get, path = "/api/staff/v1/audit/verification", tag = "audit",
    security(("staff" = [])),
    responses(
        (status = 200, description = "Whether the audit is as it was written", body = AuditVerification),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Neither security nor administrator", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    _: Staff<AuditReaders>,
) -> Result<Json<AuditVerification>, Problem> {
    Ok(Json(verified(&face.store).await?))
}
