use pg::Tx;
use time::OffsetDateTime;

use crate::Store;

impl Store {
    /// Deletes sessions that are over at `now` or were not used since `idle_since`; returns how many.
    pub async fn purge_sessions(
        &self,
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<u64, sqlx::Error> {
        let done = self
            .pg
            .statement("purge_sessions", |mut tx: Tx| async move {
                sqlx::query!(
                    "DELETE FROM employee_session WHERE expires_at <= $1 OR last_used_at <= $2",
                    now,
                    idle_since,
                )
                .execute(&mut *tx)
                .await
            })
            .await?;
        Ok(done.rows_affected())
    }
}
