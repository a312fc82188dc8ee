//! The answer to whether the audit is as it was written; both faces give it.

use backoffice_domain::FaultKind;
use backoffice_store::Store;
use contracts::backoffice::{AuditFault, AuditFaultKind, AuditVerification};
use problem::Problem;

use crate::problems;

/// Verifies the whole audit.
pub async fn verified(store: &Store) -> Result<AuditVerification, Problem> {
    let verification = store.verify_audit().await.map_err(problems::database)?;
    Ok(AuditVerification {
        intact: verification.fault.is_none(),
        entries: verification.good,
        head: verification.head.hash.to_string(),
        fault: verification.fault.map(|fault| AuditFault {
            seq: fault.seq,
            kind: kind(fault.kind),
        }),
    })
}

const fn kind(kind: FaultKind) -> AuditFaultKind {
    match kind {
        FaultKind::Missing => AuditFaultKind::Missing,
        FaultKind::Unlinked => AuditFaultKind::Unlinked,
        FaultKind::Changed => AuditFaultKind::Changed,
        FaultKind::WrongHead => AuditFaultKind::WrongHead,
    }
}
