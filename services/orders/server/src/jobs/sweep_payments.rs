use std::time::Duration;

use chassis::Job;

use super::Jobs;
use crate::payments::SettleError;

/// How often to look for payments without news.
const EVERY: Duration = Duration::from_secs(2);

/// Asks the provider about payments without news: a message may have been lost (PAY-2).
pub(super) fn job(jobs: &Jobs) -> Job {
    let jobs = jobs.clone();
    Job::periodic("sweep-payments", EVERY, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), pg::sqlx::Error> {
    let pause = time::Duration::seconds(jobs.ordering.payment_sweep_s.into());
    for payment in jobs.store.take_unchecked_payments(pause).await? {
        match jobs.settler.settle(&payment.provider_id).await {
            Ok(Some(settled)) => {
                tracing::info!(payment = %payment.id, ?settled, "settled without a message");
            }
            Ok(None) => {}
            Err(SettleError::Gateway(error)) => {
                tracing::warn!(payment = %payment.id, %error, "the provider was asked in vain");
                if error.is_unavailable() {
                    break;
                }
            }
            Err(SettleError::Database(error)) => return Err(error),
        }
    }
    Ok(())
}
