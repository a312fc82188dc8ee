use std::collections::BTreeMap;
use std::time::Duration;

use chassis::Job;

use super::Jobs;
use crate::reconcile::ReconcileError;

const EVERY: Duration = Duration::from_mins(1);
/// How far back the job compares; the route looks at everything.
const LOOKS_BACK: time::Duration = time::Duration::days(2);

/// Finds and repairs what does not fit together, and says how much it was.
pub(super) fn job(jobs: &Jobs) -> Job {
    let jobs = jobs.clone();
    Job::periodic("reconcile", EVERY, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), ReconcileError> {
    let since = jobs.clock.now() - LOOKS_BACK;
    let found = jobs.reconciler.run(Some(since), true).await?;
    let gauge = jobs.metrics.gauge_vec(
        "reconciliation_findings",
        "What the last reconciliation could not put right, by rule.",
        &["rule"],
    );
    gauge.reset();
    let mut open: BTreeMap<&str, i64> = BTreeMap::new();
    for finding in found.findings.iter().filter(|finding| !finding.repaired) {
        *open.entry(&finding.rule).or_default() += 1;
    }
    for (rule, count) in open {
        tracing::error!(rule, count, "differences need a person");
        gauge.with_label_values(&[rule]).set(count);
    }
    Ok(())
}
