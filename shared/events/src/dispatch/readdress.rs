use uuid::Uuid;

use super::Inner;
use crate::Transport;
use crate::jetstream::LANE;

/// Deliveries addressed anew by one statement.
const BATCH: i64 = 500;

impl<T: Transport> Inner<T> {
    /// Addresses to the subscribers themselves what was emitted for the broker, once there is none any more: a shop that
    /// goes back to pushing loses nothing. Those on their way at this moment are left to the next run.
    pub(super) async fn readdress(&self) -> Result<(), sqlx::Error> {
        if self.subscriptions.is_brokered() {
            return Ok(());
        }
        loop {
            let now = self.clock.now();
            let rows = self
                .pg
                .statement("find_brokered", |mut conn| async move {
                    sqlx::query!(
                        "SELECT o.id, o.type FROM events.delivery d JOIN events.outbox o ON o.id = d.event_id
                         WHERE d.subscriber = $1 AND (d.lease_token IS NULL OR d.next_at <= $2)
                         LIMIT $3",
                        LANE,
                        now,
                        BATCH,
                    )
                    .fetch_all(&mut *conn)
                    .await
                })
                .await?;
            if rows.is_empty() {
                return Ok(());
            }
            let all: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let (mut ids, mut subscribers) = (Vec::new(), Vec::new());
            for row in &rows {
                for subscriber in self.subscriptions.of(&row.r#type) {
                    ids.push(row.id);
                    subscribers.push(subscriber);
                }
            }
            let (all, ids, subscribers) = (&all[..], &ids[..], &subscribers[..]);
            let moved = self
                .pg
                .statement("readdress_brokered", |mut conn| async move {
                    sqlx::query_scalar!(
                        r#"WITH gone AS (
                                   DELETE FROM events.delivery
                                   WHERE subscriber = $1 AND event_id = ANY ($2)
                                     AND (lease_token IS NULL OR next_at <= $3)
                                   RETURNING event_id
                               ), come AS (
                                   INSERT INTO events.delivery (subscriber, event_id, next_at)
                                   SELECT n.subscriber, n.event_id, $3
                                   FROM unnest($4::uuid[], $5::text[]) AS n (event_id, subscriber)
                                   JOIN gone USING (event_id)
                                   ON CONFLICT (subscriber, event_id) DO NOTHING
                               )
                               SELECT count(*) AS "moved!" FROM gone"#,
                        LANE,
                        all,
                        now,
                        ids,
                        subscribers as &[&str],
                    )
                    .fetch_one(&mut *conn)
                    .await
                })
                .await?;
            tracing::info!(events = moved, "events that waited for NATS are pushed instead");
        }
    }
}
