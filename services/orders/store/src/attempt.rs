use kernel::{CartId, OrderId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{CartLine, Store};

/// Binds an idempotency key to an order id.
#[derive(Debug)]
pub struct BeginAttempt<'a> {
    /// The caller's key.
    pub key: &'a str,
    /// Hash of the request, so that a key used for another request is noticed.
    pub fingerprint: &'a [u8],
    /// The id the order gets if the key is new.
    pub order_id: OrderId,
    /// Token of this request's lease.
    pub lease: Uuid,
    /// Now.
    pub now: OffsetDateTime,
    /// Until when the lease holds; after it a repeated request may take over.
    pub leased_until: OffsetDateTime,
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The order id the key is bound to, possibly by an earlier request.
    pub order_id: OrderId,
    /// Whether the fingerprint is the one the key was first used with.
    pub same_request: bool,
    /// Whether this request holds the lease and may go on.
    pub ours: bool,
    /// Whether the order is stored already.
    pub placed: bool,
}

impl Store {
    /// Takes the key's lease if nobody holds it. One statement.
    pub async fn begin_attempt(&self, begin: &BeginAttempt<'_>) -> Result<Attempt, sqlx::Error> {
        let row = sqlx::query!(
            r#"WITH attempt AS (
                 INSERT INTO order_attempt AS a
                     (idempotency_key, fingerprint, order_id, lease, leased_until, created_at)
                 VALUES ($1, $2, $3, $4, $6, $5)
                 ON CONFLICT (idempotency_key) DO UPDATE SET
                     lease = CASE WHEN a.leased_until IS NULL OR a.leased_until <= $5
                             THEN EXCLUDED.lease ELSE a.lease END,
                     leased_until = CASE WHEN a.leased_until IS NULL OR a.leased_until <= $5
                             THEN EXCLUDED.leased_until ELSE a.leased_until END
                 RETURNING order_id, fingerprint, lease
               )
               SELECT order_id, fingerprint = $2 AS "same_request!", lease = $4 AS "ours!",
                      -- Not EXISTS: a plan that is made while there are few orders would read all there are ever after.
                      coalesce((SELECT true FROM orders WHERE id = attempt.order_id), false) AS "placed!"
               FROM attempt"#,
            begin.key,
            begin.fingerprint,
            begin.order_id.uuid(),
            begin.lease,
            begin.now,
            begin.leased_until,
        )
        .fetch_one(&mut *self.pg.connection().await?)
        .await?;
        Ok(Attempt {
            order_id: row.order_id.into(),
            same_request: row.same_request,
            ours: row.ours,
            placed: row.placed,
        })
    }

    /// Binds a key to a new order id, because the reservation of the old one was given back. Only the holder of the
    /// lease can; `false` when it is not held any more.
    pub async fn renew_attempt(
        &self,
        key: &str,
        lease: Uuid,
        order_id: OrderId,
    ) -> Result<bool, sqlx::Error> {
        let done = sqlx::query!(
            "UPDATE order_attempt SET order_id = $3 WHERE idempotency_key = $1 AND lease = $2",
            key,
            lease,
            order_id.uuid(),
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives the lease back after a refusal, so that the customer may try again at once.
    pub async fn end_attempt(&self, key: &str, lease: Uuid) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE order_attempt SET lease = NULL, leased_until = NULL WHERE idempotency_key = $1 AND lease = $2",
            key,
            lease,
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(())
    }

    /// The lines of a cart in the order they were put in; `None` when there is no such cart.
    pub async fn cart(&self, cart: CartId) -> Result<Option<Vec<CartLine>>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT l.product_id AS "product_id?", l.quantity AS "quantity?"
               FROM cart c LEFT JOIN cart_line l ON l.cart_id = c.id
               WHERE c.id = $1 ORDER BY l.added_at, l.product_id"#,
            cart.uuid(),
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let lines = rows.into_iter().filter_map(|row| {
            Some(CartLine {
                product_id: row.product_id?.into(),
                quantity: row.quantity?,
            })
        });
        Ok(Some(lines.collect()))
    }
}
