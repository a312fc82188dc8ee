use time::OffsetDateTime;

use crate::Store;

/// Rows deleted by one statement, so that it stays short however much there is.
const BATCH: i64 = 5_000;

impl Store {
    /// Deletes carts made before `before`, with what is in them, at most 5 000. Returns how many.
    pub async fn delete_old_carts(&self, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
        let done = sqlx::query!(
            "DELETE FROM cart WHERE id IN (SELECT id FROM cart WHERE created_at < $1 LIMIT $2)",
            before,
            BATCH,
        )
        .execute(self.pg.pool())
        .await?;
        Ok(done.rows_affected())
    }

    /// Forgets idempotency keys used before `before`, at most 5 000. Returns how many.
    pub async fn delete_old_attempts(&self, before: OffsetDateTime) -> Result<u64, sqlx::Error> {
        let done = sqlx::query!(
            "DELETE FROM order_attempt WHERE idempotency_key IN
                 (SELECT idempotency_key FROM order_attempt WHERE created_at < $1 LIMIT $2)",
            before,
            BATCH,
        )
        .execute(self.pg.pool())
        .await?;
        Ok(done.rows_affected())
    }

    /// Deletes couriers' sessions that are over; returns how many.
    pub async fn delete_old_courier_sessions(&self) -> Result<u64, sqlx::Error> {
        let done = sqlx::query!(
            "DELETE FROM courier_session WHERE expires_at <= $1",
            self.clock.now()
        )
        .execute(self.pg.pool())
        .await?;
        Ok(done.rows_affected())
    }
}
