use std::time::Duration;

use chassis::Job;
use kernel::OrderId;

use super::Jobs;
use crate::payments::{GatewayError, SettleError};

/// How late an order may be cancelled at most, give or take.
const EVERY: Duration = Duration::from_secs(1);

/// Cancels what was not paid in time (STK-3). The event of it gives the stock back.
pub(super) fn job(jobs: &Jobs) -> Job {
    let jobs = jobs.clone();
    Job::periodic("expire-unpaid", EVERY, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), pg::sqlx::Error> {
    let mut provider_answers = true;
    for order in jobs.store.unpaid_orders().await? {
        match may_be_cancelled(&jobs, order, provider_answers).await {
            Ok(true) => {
                if jobs.store.cancel_unpaid(order).await? {
                    tracing::info!(%order, "not paid in time, cancelled");
                }
            }
            Ok(false) => {}
            Err(SettleError::Gateway(error)) => {
                // What it says of one payment must not hold up the others.
                provider_answers = !error.is_unavailable();
                tracing::warn!(%order, %error, "an unpaid order waits for the payment provider's word");
            }
            Err(SettleError::Database(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Whether nobody is known to have paid. A customer who paid in the last second must not lose the order because the
/// message is still on its way, so the provider is asked first. When it is away, the order waits; how long, is
/// bounded by its reservation, the end of which cancels it too.
async fn may_be_cancelled(jobs: &Jobs, order: OrderId, ask: bool) -> Result<bool, SettleError> {
    let Some(payment) = jobs.store.pending_payment_of(order).await? else {
        return Ok(true);
    };
    if !ask {
        return Ok(false);
    }
    match jobs.settler.settle(&payment.provider_id).await {
        Ok(_) | Err(SettleError::Gateway(GatewayError::NotFound)) => Ok(true),
        Err(error) => Err(error),
    }
}
