use kernel::{Money, OrderId, PaymentId};
use time::OffsetDateTime;

use crate::Store;
use crate::read::currency_from_db;

/// A payment as it was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// Our id; the provider's idempotence key.
    pub id: PaymentId,
    /// What is to be paid.
    pub amount: Money,
    /// Whether it still waits for the customer.
    pub pending: bool,
    /// The provider's page; `None` while the provider has not been asked yet.
    pub confirmation_url: Option<String>,
}

/// Why a payment was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartPaymentError {
    /// There is no such order.
    #[error("no such order")]
    NotFound,
    /// The order is paid, cancelled or its time is over.
    #[error("the order cannot be paid")]
    NotPayable,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A payment that waits for the customer or for news of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPayment {
    /// Our id.
    pub id: PaymentId,
    /// The provider's id.
    pub provider_id: String,
}

/// Money that must go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundDue {
    /// Our id; the provider's idempotence key is made of it.
    pub id: PaymentId,
    /// The order.
    pub order_id: OrderId,
    /// The provider's id of the payment.
    pub provider_id: String,
    /// How much.
    pub amount: Money,
}

impl Store {
    /// Starts a payment of an unpaid order, or finds the one that was started with the same key. One statement when
    /// it succeeds.
    pub async fn start_payment(
        &self,
        number: &str,
        key: &str,
        id: PaymentId,
        now: OffsetDateTime,
    ) -> Result<PaymentRow, StartPaymentError> {
        let row = sqlx::query!(
            r#"INSERT INTO payment AS p (id, order_id, idempotency_key, status, amount, currency, created_at)
               SELECT $1, id, $2, 'pending', total, currency, $3 FROM orders
               WHERE number = $4 AND status = 'created' AND pay_before > $3
               ON CONFLICT (order_id, idempotency_key) DO UPDATE SET idempotency_key = EXCLUDED.idempotency_key
               RETURNING id, amount, currency, status = 'pending' AS "pending!", confirmation_url"#,
            id.uuid(),
            key,
            now,
            number,
        )
        .fetch_optional(self.pg.pool())
        .await?;
        if let Some(row) = row {
            return Ok(PaymentRow {
                id: row.id.into(),
                amount: Money::new(row.amount, currency_from_db(&row.currency)?),
                pending: row.pending,
                confirmation_url: row.confirmation_url,
            });
        }
        let exists = sqlx::query_scalar!("SELECT id FROM orders WHERE number = $1", number)
            .fetch_optional(self.pg.pool())
            .await?;
        Err(if exists.is_some() {
            StartPaymentError::NotPayable
        } else {
            StartPaymentError::NotFound
        })
    }

    /// Notes what the provider calls a payment and where the customer pays it. Repeating it changes nothing.
    pub async fn payment_registered(
        &self,
        id: PaymentId,
        provider_id: &str,
        confirmation_url: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE payment SET provider_id = $2, confirmation_url = $3 WHERE id = $1",
            id.uuid(),
            provider_id,
            confirmation_url,
        )
        .execute(self.pg.pool())
        .await?;
        Ok(())
    }

    /// Payments without news since `before`, oldest first, at most 100: their message may be lost.
    pub async fn pending_payments(&self, before: OffsetDateTime) -> Result<Vec<PendingPayment>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT id, provider_id AS "provider_id!" FROM payment
               WHERE status = 'pending' AND provider_id IS NOT NULL AND created_at < $1
               ORDER BY created_at LIMIT 100"#,
            before,
        )
        .fetch_all(self.pg.pool())
        .await?;
        let pending = rows.into_iter().map(|row| PendingPayment {
            id: row.id.into(),
            provider_id: row.provider_id,
        });
        Ok(pending.collect())
    }

    /// Pending payments of one order that the provider knows.
    pub async fn pending_payments_of(&self, order: OrderId) -> Result<Vec<PendingPayment>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT id, provider_id AS "provider_id!" FROM payment
               WHERE order_id = $1 AND status = 'pending' AND provider_id IS NOT NULL"#,
            order.uuid(),
        )
        .fetch_all(self.pg.pool())
        .await?;
        let pending = rows.into_iter().map(|row| PendingPayment {
            id: row.id.into(),
            provider_id: row.provider_id,
        });
        Ok(pending.collect())
    }

    /// Money that must go back, oldest first, at most 100.
    pub async fn refunds_due(&self) -> Result<Vec<RefundDue>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT id, order_id, provider_id AS "provider_id!", amount, currency FROM payment
               WHERE refund_due AND provider_id IS NOT NULL
               ORDER BY settled_at LIMIT 100"#,
        )
        .fetch_all(self.pg.pool())
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(RefundDue {
                    id: row.id.into(),
                    order_id: row.order_id.into(),
                    provider_id: row.provider_id,
                    amount: Money::new(row.amount, currency_from_db(&row.currency)?),
                })
            })
            .collect()
    }

    /// Notes that the provider has given a payment back.
    pub async fn refunded(&self, id: PaymentId) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE payment SET status = 'refunded', refund_due = false WHERE id = $1 AND refund_due",
            id.uuid(),
        )
        .execute(self.pg.pool())
        .await?;
        Ok(())
    }

    /// Keeps money that fits no payment of ours for people to look at (FLR-3). `true` when it is new.
    pub async fn note_stray_payment(&self, provider_id: &str, reason: &str) -> Result<bool, sqlx::Error> {
        let done = sqlx::query!(
            "INSERT INTO stray_payment (provider_id, reason, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (provider_id) DO NOTHING",
            provider_id,
            reason,
            self.clock.now(),
        )
        .execute(self.pg.pool())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
