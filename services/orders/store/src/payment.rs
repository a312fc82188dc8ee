use kernel::{Money, OrderId, PaymentId};
use time::Duration;

use crate::Store;
use crate::read::currency_from_db;

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
    /// Takes up to 100 payments that the provider was not asked about for `pause`, longest first, and notes that it
    /// is asked now: their message may be lost. For old payments the pause grows to a quarter of their age. One
    /// statement; replicas that call it at the same time get different payments.
    pub async fn take_unchecked_payments(&self, pause: Duration) -> Result<Vec<PendingPayment>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"UPDATE payment SET checked_at = $1
               WHERE id IN (
                   SELECT id FROM payment
                   WHERE status = 'pending' AND provider_id IS NOT NULL
                     AND checked_at + greatest(make_interval(secs => $2), (checked_at - created_at) / 4) <= $1
                   ORDER BY checked_at LIMIT 100
                   FOR UPDATE SKIP LOCKED
               )
               RETURNING id, provider_id AS "provider_id!""#,
            self.clock.now(),
            pause.as_seconds_f64(),
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        let pending = rows.into_iter().map(|row| PendingPayment {
            id: row.id.into(),
            provider_id: row.provider_id,
        });
        Ok(pending.collect())
    }

    /// The pending payment of an order, if it has one that the provider knows. One statement.
    pub async fn pending_payment_of(&self, order: OrderId) -> Result<Option<PendingPayment>, sqlx::Error> {
        let row = sqlx::query!(
            r#"SELECT id, provider_id AS "provider_id!" FROM payment
               WHERE order_id = $1 AND status = 'pending' AND provider_id IS NOT NULL"#,
            order.uuid(),
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await?;
        Ok(row.map(|row| PendingPayment {
            id: row.id.into(),
            provider_id: row.provider_id,
        }))
    }

    /// Money that must go back, oldest first, at most 100. One statement.
    pub async fn refunds_due(&self) -> Result<Vec<RefundDue>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT id, order_id, provider_id AS "provider_id!", amount, currency FROM payment
               WHERE refund_due AND provider_id IS NOT NULL
               ORDER BY settled_at LIMIT 100"#,
        )
        .fetch_all(&mut *self.pg.connection().await?)
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

    /// Notes that the provider has given a payment back. Repeating it changes nothing. One statement.
    pub async fn refunded(&self, id: PaymentId) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE payment SET status = 'refunded', refund_due = false WHERE id = $1 AND refund_due",
            id.uuid(),
        )
        .execute(&mut *self.pg.connection().await?)
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
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
