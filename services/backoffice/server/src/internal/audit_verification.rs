use axum::extract::State;
use backoffice_domain::FaultKind;
use backoffice_store::Store;
use contracts::backoffice::{AuditFault, AuditFaultKind, AuditVerification};
use problem::{Json, Problem};

use crate::problems;

/// Checks every entry of the audit against its hash and its neighbours (AUD-1). A head that was noted elsewhere must
/// be the hash of that entry later on, too.
#[utoipa::path(
    get, path = "/internal/v1/audit/verification", tag = "audit",
    responses((status = 200, description = "Whether the audit is as it was written", body = AuditVerification))
)]
pub async fn handler(State(store): State<Store>) -> Result<Json<AuditVerification>, Problem> {
    let verification = store.verify_audit().await.map_err(problems::database)?;
    Ok(Json(AuditVerification {
        intact: verification.fault.is_none(),
        entries: verification.good,
        head: verification.head.hash.to_string(),
        fault: verification.fault.map(|fault| AuditFault {
            seq: fault.seq,
            kind: kind(fault.kind),
        }),
    }))
}

const fn kind(kind: FaultKind) -> AuditFaultKind {
    match kind {
        FaultKind::Missing => AuditFaultKind::Missing,
        FaultKind::Unlinked => AuditFaultKind::Unlinked,
        FaultKind::Changed => AuditFaultKind::Changed,
        FaultKind::WrongHead => AuditFaultKind::WrongHead,
    }
}
