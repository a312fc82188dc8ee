//! What backoffice does by itself.

use std::sync::Arc;
use std::time::Duration;

use backoffice_domain::SessionTerms;
use backoffice_store::Store;
use chassis::Job;
use kernel::SharedClock;
use pg::sqlx;
use telemetry::Metrics;

/// How often sessions that are over are deleted.
const PURGE: Duration = Duration::from_mins(1);
/// How often the audit is verified.
const VERIFY: Duration = Duration::from_hours(1);

/// Deletes sessions that are over. They open nothing anyway: this keeps the table small.
pub fn purge_sessions(store: &Store, terms: SessionTerms, clock: &SharedClock) -> Job {
    let (store, clock) = (store.clone(), Arc::clone(clock));
    Job::periodic("purge-sessions", PURGE, move || {
        let (store, now) = (store.clone(), clock.now());
        async move { store.purge_sessions(now, terms.idle_since(now)).await.map(drop) }
    })
}

/// Verifies the audit and writes its head into the log, which is kept elsewhere: who rewrites the whole chain would
/// have to rewrite the logs, too (AUD-1).
pub fn verify_audit(store: &Store, metrics: &Metrics) -> Job {
    let (store, metrics) = (store.clone(), metrics.clone());
    Job::periodic("verify-audit", VERIFY, move || {
        let (store, metrics) = (store.clone(), metrics.clone());
        async move { verify(&store, &metrics).await }
    })
}

async fn verify(store: &Store, metrics: &Metrics) -> Result<(), sqlx::Error> {
    let verification = store.verify_audit().await?;
    let intact = metrics.gauge("audit_intact", "Whether the audit is as it was written (AUD-1).");
    intact.set(verification.fault.is_none().into());
    let (seq, head) = (verification.head.seq, verification.head.hash);
    match verification.fault {
        None => tracing::info!(seq, %head, "the audit is intact"),
        Some(fault) => tracing::error!(seq, %head, %fault, "the audit was tampered with"),
    }
    Ok(())
}
