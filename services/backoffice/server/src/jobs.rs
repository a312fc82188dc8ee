//! What backoffice does by itself.

use std::sync::Arc;
use std::time::Duration;

use backoffice_domain::SessionTerms;
use backoffice_store::Store;
use chassis::{Job, JobError};
use events::{Subscriptions, Wake};
use kernel::SharedClock;
use pg::sqlx;
use telemetry::Metrics;
use toggles::Toggles;

use crate::definitions;

/// How often sessions that are over are deleted.
const PURGE: Duration = Duration::from_mins(1);
/// How often the audit is verified.
const VERIFY: Duration = Duration::from_hours(1);
/// How often the toggles in force are told again.
const RETELL: Duration = Duration::from_hours(1);

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

/// Tells the toggles in force again: a service whose database is new, or was restored, is not left with others until
/// somebody changes one.
pub fn retell_toggles(
    store: &Store,
    subscriptions: &Arc<Subscriptions>,
    wake: &Wake,
    clock: &SharedClock,
) -> Job {
    let (store, subscriptions, wake) = (store.clone(), Arc::clone(subscriptions), wake.clone());
    let clock = Arc::clone(clock);
    Job::periodic("retell-toggles", RETELL, move || {
        let (store, subscriptions, wake) = (store.clone(), Arc::clone(&subscriptions), wake.clone());
        let clock = Arc::clone(&clock);
        async move {
            if let Some(current) = store.toggles().await? {
                let told = serde_json::from_str(&current.definitions)?;
                let event = definitions::event(&*clock, current.version, told);
                store.tell(&event, &subscriptions).await?;
                wake.wake();
            }
            Ok::<_, JobError>(())
        }
    })
}

/// Puts what administrators decide into force here, too.
pub fn follow_toggles(toggles: &Toggles, store: &Store) -> Job {
    let store = store.clone();
    toggles.follow(move |version| {
        let store = store.clone();
        // What a file says may have any version.
        let known = version.parse().unwrap_or_default();
        async move { store.toggles_unless(known).await }
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
