use kernel::EventId;
use pg::Pg;
use time::OffsetDateTime;
use uuid::Uuid;

/// What becomes of the deliveries of a claimed batch.
#[derive(Debug, Default)]
pub(super) struct Settlement {
    delivered: Vec<Uuid>,
    put_back: PutBack,
}

/// Columns of the deliveries that stay.
#[derive(Debug, Default)]
struct PutBack {
    ids: Vec<Uuid>,
    next_at: Vec<OffsetDateTime>,
    failures: Vec<i32>,
    errors: Vec<String>,
    dead_at: Vec<Option<OffsetDateTime>>,
}

impl Settlement {
    /// The subscriber has it.
    pub fn delivered(&mut self, id: EventId) {
        self.delivered.push(id.uuid());
    }

    /// To be tried again from `next_at` on.
    pub fn again(&mut self, id: EventId, failures: i32, error: &str, next_at: OffsetDateTime) {
        self.put_back.push(id, failures, error, next_at, None);
    }

    /// A dead letter from `now` on, unless it was one before; tried again from `next_at` on.
    pub fn dead(
        &mut self,
        id: EventId,
        failures: i32,
        error: &str,
        now: OffsetDateTime,
        next_at: OffsetDateTime,
    ) {
        self.put_back.push(id, failures, error, next_at, Some(now));
    }

    /// Deliveries decided upon.
    pub fn len(&self) -> usize {
        self.delivered.len() + self.put_back.ids.len()
    }

    /// Deliveries that were taken.
    pub fn taken(&self) -> usize {
        self.delivered.len()
    }

    /// Writes it all in one statement. Answers how many deliveries were still ours: fewer than [`len`](Self::len)
    /// when the lease was over and another dispatcher has them.
    pub async fn write(&self, pg: &Pg, subscriber: &str, token: Uuid) -> Result<usize, sqlx::Error> {
        let back = &self.put_back;
        let ours = pg
            .statement("settle_events", |mut conn| async move {
                sqlx::query_scalar!(
                    r#"WITH delivered AS (
                           DELETE FROM events.delivery
                           WHERE subscriber = $1 AND lease_token = $2 AND event_id = ANY ($3)
                           RETURNING 1
                       ), put_back AS (
                           UPDATE events.delivery d
                           SET lease_token = NULL, next_at = o.next_at, failures = o.failures,
                               last_error = o.error, dead_at = COALESCE(d.dead_at, o.dead_at)
                           FROM unnest($4::uuid[], $5::timestamptz[], $6::integer[], $7::text[], $8::timestamptz[])
                                AS o (event_id, next_at, failures, error, dead_at)
                           WHERE d.subscriber = $1 AND d.lease_token = $2 AND d.event_id = o.event_id
                           RETURNING 1
                       )
                       SELECT (SELECT count(*) FROM delivered) + (SELECT count(*) FROM put_back) AS "ours!""#,
                    subscriber,
                    token,
                    &self.delivered,
                    &back.ids,
                    &back.next_at,
                    &back.failures,
                    &back.errors,
                    &back.dead_at as &[Option<OffsetDateTime>],
                )
                .fetch_one(&mut *conn)
                .await
            })
            .await?;
        Ok(usize::try_from(ours).unwrap_or(0))
    }
}

impl PutBack {
    fn push(
        &mut self,
        id: EventId,
        failures: i32,
        error: &str,
        next_at: OffsetDateTime,
        dead_at: Option<OffsetDateTime>,
    ) {
        self.ids.push(id.uuid());
        self.failures.push(failures);
        self.errors.push(error.chars().take(200).collect());
        self.next_at.push(next_at);
        self.dead_at.push(dead_at);
    }
}
