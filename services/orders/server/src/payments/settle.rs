use std::sync::Arc;

use orders_store::{ChangeError, Settled, Settlement, Store};
use tokio::sync::Notify;

use super::{GatewayError, PaymentGateway, ProviderStatus};

/// Brings payments and orders to where the provider says they stand. Whoever hears of news, the webhook, the sweep
/// for lost messages or the job that cancels unpaid orders, calls it; calling it again is harmless.
#[derive(Clone)]
pub struct Settler {
    store: Store,
    gateway: Arc<dyn PaymentGateway>,
    refunds: Arc<Notify>,
}

/// Why a payment was not settled; to be tried again.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The provider could not be asked.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] pg::sqlx::Error),
}

impl Settler {
    /// Settles in `store` what `gateway` says; `refunds` wakes the job that gives money back.
    pub fn new(store: Store, gateway: Arc<dyn PaymentGateway>, refunds: Arc<Notify>) -> Self {
        Self {
            store,
            gateway,
            refunds,
        }
    }

    /// Asks the provider about one payment and settles it (PAY-2): a message is only a reason to ask.
    ///
    /// `None` when it still waits for the customer. Money that fits no payment of ours is kept for people to look
    /// at (FLR-3).
    pub async fn settle(&self, provider_id: &str) -> Result<Option<Settled>, SettleError> {
        let said = self.gateway.payment(provider_id).await?;
        let settlement = match said.status {
            ProviderStatus::Pending => return Ok(None),
            ProviderStatus::Succeeded => Settlement::Succeeded(said.amount),
            ProviderStatus::Canceled => Settlement::Canceled,
        };
        let Some(payment) = said.id else {
            self.stray(provider_id, "not_ours").await?;
            return Ok(Some(Settled::Unknown));
        };
        let settled = match self.store.settle(payment, provider_id, settlement).await {
            Ok(settled) => settled,
            Err(ChangeError::Database(error)) => return Err(error.into()),
            // The order's row is locked and was seen to be payable, so nothing can refuse the step.
            Err(error) => return Err(pg::sqlx::Error::Protocol(error.to_string()).into()),
        };
        match settled {
            Settled::RefundDue => {
                tracing::warn!(%payment, "money for an order that cannot take it goes back");
                self.refunds.notify_one();
            }
            Settled::WrongAmount => self.stray(provider_id, "wrong_amount").await?,
            Settled::Unknown => self.stray(provider_id, "unknown_payment").await?,
            Settled::Paid(_) | Settled::Already | Settled::Canceled => {}
        }
        Ok(Some(settled))
    }

    async fn stray(&self, provider_id: &str, reason: &str) -> Result<(), SettleError> {
        if self.store.note_stray_payment(provider_id, reason).await? {
            tracing::error!(reason, "a payment fits no order; it needs a person");
        }
        Ok(())
    }
}
