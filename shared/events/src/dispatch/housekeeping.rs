use super::Inner;
use crate::Transport;

/// Events pruned by one statement: it stays short however much there is.
const PRUNE_BATCH: i64 = 5_000;

impl<T: Transport> Inner<T> {
    pub(super) async fn keep_house(&self) -> Result<(), sqlx::Error> {
        self.readdress().await?;
        self.read_gauges().await?;
        let before = self.clock.now() - self.policy.retention;
        let mut pruned = 0;
        loop {
            let rows = self
                .pg
                .statement("prune_outbox", |mut conn| async move {
                    sqlx::query!(
                        "DELETE FROM events.outbox WHERE id IN (
                             SELECT o.id FROM events.outbox o
                             WHERE o.at < $1
                               AND NOT EXISTS (SELECT FROM events.delivery d WHERE d.event_id = o.id)
                             LIMIT $2
                         )",
                        before,
                        PRUNE_BATCH,
                    )
                    .execute(&mut *conn)
                    .await
                })
                .await?
                .rows_affected();
            pruned += rows;
            if rows < PRUNE_BATCH.unsigned_abs() {
                break;
            }
        }
        if pruned > 0 {
            tracing::info!(pruned, "delivered events pruned");
        }
        Ok(())
    }

    async fn read_gauges(&self) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        for lane in &self.lanes {
            let subscriber = lane.subscriber.as_str();
            let row = self
                .pg
                .read("watch_deliveries", |mut conn| async move {
                    // Ids sort by time, so the first one that waits is the oldest.
                    sqlx::query!(
                        r#"SELECT
                               (SELECT count(*) FROM events.delivery
                                WHERE dead_at IS NOT NULL AND subscriber = $1) AS "dead!",
                               (SELECT o.at FROM events.delivery d JOIN events.outbox o ON o.id = d.event_id
                                WHERE d.subscriber = $1 AND d.dead_at IS NULL
                                ORDER BY d.event_id LIMIT 1) AS oldest"#,
                        subscriber
                    )
                    .fetch_one(&mut *conn)
                    .await
                })
                .await?;
            let age = row.oldest.map_or(0, |at| (now - at).whole_seconds().max(0));
            self.metrics.dead.with_label_values(&[subscriber]).set(row.dead);
            self.metrics.oldest.with_label_values(&[subscriber]).set(age);
        }
        Ok(())
    }
}
