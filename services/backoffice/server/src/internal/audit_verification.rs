use axum::extract::State;
use backoffice_store::Store;
use contracts::backoffice::AuditVerification;
use problem::{Json, Problem};

use crate::verification::verified;

/// Checks every entry of the audit against its hash and its neighbours (AUD-1). A head that was noted elsewhere must
/// be the hash of that entry later on, too.
#[utoipa::path(
    get, path = "/internal/v1/audit/verification", tag = "audit",
    responses((status = 200, description = "Whether the audit is as it was written", body = AuditVerification))
)]
pub async fn handler(State(store): State<Store>) -> Result<Json<AuditVerification>, Problem> {
    Ok(Json(verified(&store).await?))
}
