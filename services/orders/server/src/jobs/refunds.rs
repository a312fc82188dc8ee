use std::sync::Arc;
use std::time::Duration;

use chassis::Job;

use super::Jobs;

/// How often to try again what the provider did not take, and to look for what other replicas found.
const EVERY: Duration = Duration::from_secs(15);

/// Gives money back that came for orders which cannot take it, or whose order was cancelled (PAY-3).
pub(super) fn job(jobs: &Jobs) -> Job {
    let (jobs, wake) = (jobs.clone(), Arc::clone(&jobs.refunds));
    Job::signalled("refunds", EVERY, wake, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), pg::sqlx::Error> {
    for due in jobs.store.refunds_due().await? {
        match jobs.gateway.refund(due.id, &due.provider_id, due.amount).await {
            Ok(()) => {
                jobs.store.refunded(due.id).await?;
                tracing::info!(payment = %due.id, order = %due.order_id, "money was given back");
            }
            Err(error) => {
                tracing::error!(payment = %due.id, order = %due.order_id, %error, "money was not given back");
                if error.is_unavailable() {
                    break;
                }
            }
        }
    }
    Ok(())
}
