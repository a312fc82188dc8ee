use std::time::Duration;

use chassis::Job;

use super::Jobs;

/// A rollout is decided on it, minute by minute.
const EVERY: Duration = Duration::from_secs(5);

/// Says what became of the last hour's orders (OBS-1): a version that breaks paying shows here first.
pub(super) fn job(jobs: &Jobs) -> Job {
    let jobs = jobs.clone();
    Job::periodic("turnover", EVERY, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), pg::sqlx::Error> {
    let hour = jobs.store.last_hour().await?;
    let gauge = jobs.metrics.gauge_vec(
        "orders_last_hour",
        "Orders placed in the last hour, and how many of them were paid.",
        &["outcome"],
    );
    gauge.with_label_values(&["placed"]).set(hour.placed);
    gauge.with_label_values(&["paid"]).set(hour.paid);
    Ok(())
}
