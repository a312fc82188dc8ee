use kernel::{Money, PaymentId};
use time::OffsetDateTime;

use crate::Store;
use crate::read::currency_from_db;

/// A payment to start.
#[derive(Debug, Clone, Copy)]
pub struct StartPayment<'a> {
    /// Number of the order.
    pub number: &'a str,
    /// The caller's idempotency key.
    pub key: &'a str,
    /// The id the payment gets if it is new.
    pub id: PaymentId,
    /// Where the provider sends the customer afterwards.
    pub return_path: &'a str,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    /// Waits for the customer.
    Pending,
    /// Paid.
    Succeeded,
    /// Refused or given up.
    Canceled,
    /// Paid and given back.
    Refunded,
}

/// A payment as it was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// Our id; the provider's idempotence key.
    pub id: PaymentId,
    /// What is to be paid.
    pub amount: Money,
    /// Where it stands.
    pub state: PaymentState,
    /// Where the provider sends the customer afterwards, as it was first asked for.
    pub return_path: String,
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

/// How often two requests that start a payment at once may get in each other's way: the second look finds what the
/// first one missed.
const LOOKS: usize = 3;

impl Store {
    /// Starts a payment of an unpaid order. The payment started with the same key is answered again, whatever has
    /// become of it; with another key the one that is still pending, since an order is paid once (PAY-2). One
    /// statement when it succeeds.
    pub async fn start_payment(&self, start: &StartPayment<'_>) -> Result<PaymentRow, StartPaymentError> {
        let now = self.clock.now();
        for _ in 0..LOOKS {
            if let Some((payment, payable)) = self.start_or_find(start, now).await? {
                return if payment.state == PaymentState::Pending && !payable {
                    Err(StartPaymentError::NotPayable)
                } else {
                    Ok(payment)
                };
            }
            let payable = sqlx::query_scalar!(
                r#"SELECT status = 'created' AND pay_before > $2 AS "payable!" FROM orders WHERE number = $1"#,
                start.number,
                now,
            )
            .fetch_optional(&mut *self.pg.connection().await?)
            .await?;
            match payable {
                None => return Err(StartPaymentError::NotFound),
                Some(false) => return Err(StartPaymentError::NotPayable),
                Some(true) => {}
            }
        }
        Err(sqlx::Error::RowNotFound.into())
    }

    async fn start_or_find(
        &self,
        start: &StartPayment<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<(PaymentRow, bool)>, sqlx::Error> {
        let row = sqlx::query!(
            r#"WITH o AS (
                 SELECT id, total, currency, status = 'created' AND pay_before > $3 AS payable
                 FROM orders WHERE number = $4
               ), known AS (
                 SELECT p.id, p.amount, p.currency, p.status, p.return_path, p.confirmation_url
                 FROM payment p JOIN o ON o.id = p.order_id
                 WHERE p.idempotency_key = $2 OR p.status = 'pending'
                 ORDER BY p.idempotency_key = $2 DESC LIMIT 1
               ), started AS (
                 INSERT INTO payment (id, order_id, idempotency_key, status, amount, currency, return_path, created_at,
                     checked_at)
                 SELECT $1, id, $2, 'pending', total, currency, $5, $3, $3 FROM o
                 WHERE payable AND NOT EXISTS (SELECT FROM known)
                 ON CONFLICT DO NOTHING
                 RETURNING id, amount, currency, status, return_path, confirmation_url
               )
               SELECT p.id AS "id!", p.amount AS "amount!", p.currency AS "currency!", p.status AS "status!",
                      p.return_path AS "return_path!", p.confirmation_url, o.payable AS "payable!"
               FROM (SELECT * FROM started UNION ALL SELECT * FROM known) p, o"#,
            start.id.uuid(),
            start.key,
            now,
            start.number,
            start.return_path,
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await?;
        row.map(|row| {
            let payment = PaymentRow {
                id: row.id.into(),
                amount: Money::new(row.amount, currency_from_db(&row.currency)?),
                state: state_from_db(&row.status)?,
                return_path: row.return_path,
                confirmation_url: row.confirmation_url,
            };
            Ok((payment, row.payable))
        })
        .transpose()
    }

    /// Notes what the provider calls a payment and where the customer pays it. Repeating it changes nothing. One
    /// statement.
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
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(())
    }
}

fn state_from_db(code: &str) -> Result<PaymentState, sqlx::Error> {
    match code {
        "pending" => Ok(PaymentState::Pending),
        "succeeded" => Ok(PaymentState::Succeeded),
        "canceled" => Ok(PaymentState::Canceled),
        "refunded" => Ok(PaymentState::Refunded),
        _ => Err(sqlx::Error::Decode(
            format!("unknown payment status {code}").into(),
        )),
    }
}
