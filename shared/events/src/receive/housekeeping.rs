use std::time::Duration;

use chassis::Job;

use super::Receiver;

/// How long an applied event is remembered. Redelivery ends long before; an event retried by hand from the dead
/// letters was not applied.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);
/// How often the inbox is pruned.
const EVERY: Duration = Duration::from_mins(10);
/// Ids forgotten by one statement.
const PRUNE_BATCH: i64 = 5_000;

impl Receiver {
    /// The jobs that keep the inbox small and try events again that were put aside.
    pub fn jobs(&self) -> [Job; 2] {
        let receiver = self.clone();
        let prune = Job::periodic("events-prune-inbox", EVERY, move || {
            let receiver = receiver.clone();
            async move { receiver.prune_inbox().await }
        });
        [prune, self.retry_job()]
    }

    /// Forgets events that were applied 30 days ago or earlier.
    pub async fn prune_inbox(&self) -> Result<(), sqlx::Error> {
        let before = self.clock.now() - REMEMBERED;
        loop {
            let rows = self
                .pg
                .statement("prune_inbox", |mut conn| async move {
                    sqlx::query!(
                        "DELETE FROM events.inbox WHERE event_id IN (
                             SELECT event_id FROM events.inbox WHERE received_at <= $1 LIMIT $2
                         )",
                        before,
                        PRUNE_BATCH,
                    )
                    .execute(&mut *conn)
                    .await
                })
                .await?
                .rows_affected();
            if rows < PRUNE_BATCH.unsigned_abs() {
                return Ok(());
            }
        }
    }
}
