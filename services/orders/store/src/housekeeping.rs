use time::OffsetDateTime;

use crate::Store;

/// Rows deleted by one statement, so that it stays short however much there is.
const BATCH: i64 = 5_000;

impl Store {
    /// Deletes carts that were made, and had nothing new put into them, before `before`, with what is in them.
    /// Returns how many.
    pub async fn delete_old_carts(&self, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
        let mut deleted = 0;
        loop {
            let done = sqlx::query!(
                "DELETE FROM cart WHERE id IN (
                     SELECT id FROM cart
                     WHERE created_at < $1
                       AND NOT EXISTS (SELECT FROM cart_line WHERE cart_id = cart.id AND added_at >= $1)
                     LIMIT $2
                 )",
                before,
                BATCH,
            )
            .execute(&mut *self.pg.connection().await?)
            .await?;
            deleted += done.rows_affected();
            if done.rows_affected() < BATCH.unsigned_abs() {
                return Ok(deleted);
            }
        }
    }

    /// Forgets idempotency keys used before `before`. Returns how many.
    pub async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
        let mut deleted = 0;
        loop {
            let done = sqlx::query!(
                "DELETE FROM order_attempt WHERE idempotency_key IN
                 (SELECT idempotency_key FROM order_attempt WHERE created_at < $1 LIMIT $2)",
                before,
                BATCH,
            )
            .execute(&mut *self.pg.connection().await?)
            .await?;
            deleted += done.rows_affected();
            if done.rows_affected() < BATCH.unsigned_abs() {
                return Ok(deleted);
            }
        }
    }

    /// Deletes couriers' sessions that are over; returns how many.
    pub async fn delete_old_courier_sessions(&self) -> Result<u64, sqlx::Error> {
        let done = sqlx::query!(
            "DELETE FROM courier_session WHERE expires_at <= $1",
            self.clock.now()
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(done.rows_affected())
    }
}
