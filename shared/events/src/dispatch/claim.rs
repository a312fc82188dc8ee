use kernel::EventId;
use pg::Pg;
use serde_json::value::RawValue;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::CloudEvent;

/// Deliveries to one subscriber that belong to this dispatcher until the lease is over.
#[derive(Debug)]
pub(super) struct Batch {
    /// Proves that the lease is still ours.
    pub token: Uuid,
    /// In the order in which they happened.
    pub events: Vec<CloudEvent>,
    /// What was before, event by event.
    pub past: Vec<Past>,
}

/// What a delivery has been through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Past {
    /// How often it has failed.
    pub failures: i32,
    /// It is a dead letter already.
    pub dead: bool,
}

/// Leases up to `limit` due deliveries of a subscriber: one statement, one short lock. Rows that another
/// dispatcher is claiming are passed over.
pub(super) async fn claim(
    pg: &Pg,
    source: &str,
    subscriber: &str,
    limit: u16,
    now: OffsetDateTime,
    lease_until: OffsetDateTime,
) -> Result<Batch, sqlx::Error> {
    let token = kernel::random::uuid();
    let rows = pg
        .statement("claim_events", |mut conn| async move {
            // The claimed rows are found again by their place (ctid), which cannot change while they are
            // locked: the cost does not depend on what the planner believes about a table that is now empty
            // and then full.
            sqlx::query!(
                r#"WITH claimed AS (
                       UPDATE events.delivery
                       SET lease_token = $4, next_at = $5, attempts = attempts + 1
                       WHERE ctid = ANY (ARRAY(
                           SELECT ctid FROM events.delivery
                           WHERE subscriber = $1 AND next_at <= $2
                           ORDER BY next_at
                           LIMIT $3
                           FOR UPDATE SKIP LOCKED
                       ))
                       RETURNING event_id, failures, dead_at IS NOT NULL AS dead
                   )
                   SELECT o.id, o.type, o.subject, o.data AS "data: Json<Box<RawValue>>", o.traceparent, o.at,
                          c.failures, c.dead AS "dead!"
                   FROM claimed c JOIN events.outbox o ON o.id = c.event_id
                   ORDER BY o.at, o.id"#,
                subscriber,
                now,
                i64::from(limit),
                token,
                lease_until,
            )
            .fetch_all(&mut *conn)
            .await
        })
        .await?;
    let mut batch = Batch {
        token,
        events: Vec::with_capacity(rows.len()),
        past: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        batch.past.push(Past {
            failures: row.failures,
            dead: row.dead,
        });
        batch.events.push(CloudEvent {
            id: EventId::from(row.id),
            source: source.to_owned(),
            type_: row.r#type,
            subject: row.subject,
            time: Some(row.at),
            traceparent: row.traceparent,
            data: row.data.0,
        });
    }
    Ok(batch)
}
