use std::time::Duration;

use chassis::Job;

use super::Jobs;

const EVERY: Duration = Duration::from_mins(10);
/// How long a cart nobody orders is kept.
const CARTS: time::Duration = time::Duration::days(30);
/// How long an idempotency key is remembered.
const ATTEMPTS: time::Duration = time::Duration::days(7);

/// Deletes what nobody needs any more: sessions that are over, old carts and idempotency keys.
pub(super) fn job(jobs: &Jobs) -> Job {
    let jobs = jobs.clone();
    Job::periodic("housekeeping", EVERY, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), pg::sqlx::Error> {
    let now = jobs.clock.now();
    let sessions = jobs.store.delete_old_courier_sessions().await?;
    let carts = jobs.store.delete_old_carts(now - CARTS).await?;
    let attempts = jobs.store.delete_old_attempts(now - ATTEMPTS).await?;
    tracing::debug!(sessions, carts, attempts, "old rows deleted");
    Ok(())
}
