use std::time::Duration;

use chassis::Job;
use pg::Pg;
use serde_json::value::RawValue;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{CloudEvent, Outcome, Receiver};

/// How often to look for events that are due.
const EVERY: Duration = Duration::from_secs(1);
/// Events tried by one run; the others are tried by the next.
const BATCH: i64 = 100;

/// Events that were put aside and are tried by this run.
struct Due {
    events: Vec<CloudEvent>,
    /// For each: how often it has failed, and whether it is a dead letter.
    past: Vec<(i32, bool)>,
}

/// What becomes of the events that were not applied again.
#[derive(Default)]
struct Still {
    ids: Vec<Uuid>,
    failures: Vec<i32>,
    errors: Vec<&'static str>,
    next_at: Vec<OffsetDateTime>,
    dead: Vec<bool>,
}

impl Receiver {
    /// The job that tries events again that came through a broker and were put aside: dead letters every minute
    /// (FLR-2), those that support has asked for like any event.
    pub(crate) fn retry_job(&self) -> Job {
        let receiver = self.clone();
        Job::periodic("events-retry-put-aside", EVERY, move || {
            let receiver = receiver.clone();
            async move { receiver.retry_put_aside().await.map(drop) }
        })
    }

    /// Tries what is due once. Answers how many events were applied, now or before; fails when the database does.
    pub async fn retry_put_aside(&self) -> Result<usize, sqlx::Error> {
        let now = self.clock.now();
        let due = claim(&self.pg, now, now + self.policy.lease).await?;
        let mut taken: Vec<Uuid> = Vec::new();
        if !due.events.is_empty() {
            let applied = self.apply(due.events.clone()).await?;
            let mut still = Still::default();
            for ((event, (failures, dead)), (outcome, error)) in due.events.iter().zip(due.past).zip(applied)
            {
                match outcome {
                    Outcome::Accepted | Outcome::Duplicate => taken.push(event.id.uuid()),
                    Outcome::Failed | Outcome::Rejected => {
                        let failures = failures.saturating_add(1);
                        let gives_up =
                            dead || outcome == Outcome::Rejected || failures >= self.policy.max_failures;
                        if gives_up && !dead {
                            tracing::error!(event = %event.id, type_ = event.type_, failures, error, "event is a dead letter");
                        }
                        still.ids.push(event.id.uuid());
                        still.failures.push(failures);
                        still.errors.push(error.unwrap_or("no reason given"));
                        still.next_at.push(if gives_up {
                            now + self.policy.dead_pause
                        } else {
                            now + self.policy.pause(failures)
                        });
                        still.dead.push(gives_up);
                    }
                }
            }
            settle(&self.pg, &taken, &still, now).await?;
        }
        self.count_dead().await?;
        Ok(taken.len())
    }

    /// Reads the gauge of dead letters.
    pub(crate) async fn count_dead(&self) -> Result<(), sqlx::Error> {
        let dead = self
            .pg
            .read("count_put_aside", |mut conn| async move {
                sqlx::query_scalar!(
                    r#"SELECT count(*) AS "dead!" FROM events.put_aside WHERE dead_at IS NOT NULL"#
                )
                .fetch_one(&mut *conn)
                .await
            })
            .await?;
        self.metrics.dead_here.set(dead);
        Ok(())
    }
}

/// Events that are due; nobody else tries them before `until`. One that is tried twice all the same is applied once.
async fn claim(pg: &Pg, now: OffsetDateTime, until: OffsetDateTime) -> Result<Due, sqlx::Error> {
    let rows = pg
        .statement("claim_put_aside", |mut conn| async move {
            sqlx::query!(
                r#"WITH claimed AS (
                       UPDATE events.put_aside SET next_at = $2, attempts = attempts + 1
                       WHERE ctid = ANY (ARRAY(
                           SELECT ctid FROM events.put_aside WHERE next_at <= $1
                           ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
                       ))
                       RETURNING event_id, source, type, subject, data, traceparent, at, failures,
                                 dead_at IS NOT NULL AS dead
                   )
                   SELECT event_id AS "event_id!", source AS "source!", type AS "type!", subject,
                          data AS "data!: Json<Box<RawValue>>", traceparent, at AS "at!", failures AS "failures!",
                          dead AS "dead!"
                   FROM claimed ORDER BY at, event_id"#,
                now,
                until,
                BATCH,
            )
            .fetch_all(&mut *conn)
            .await
        })
        .await?;
    let past = rows.iter().map(|row| (row.failures, row.dead)).collect();
    let events = rows.into_iter().map(|row| CloudEvent {
        id: row.event_id.into(),
        source: row.source,
        type_: row.r#type,
        subject: row.subject,
        time: Some(row.at),
        traceparent: row.traceparent,
        data: row.data.0,
    });
    Ok(Due {
        events: events.collect(),
        past,
    })
}

/// Forgets what was applied and writes down what was not.
async fn settle(pg: &Pg, taken: &[Uuid], still: &Still, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    pg.statement("settle_put_aside", |mut conn| async move {
        sqlx::query!(
            "WITH applied AS (DELETE FROM events.put_aside WHERE event_id = ANY ($1))
             UPDATE events.put_aside p
             SET failures = s.failures, last_error = s.error, next_at = s.next_at,
                 dead_at = CASE WHEN s.dead THEN COALESCE(p.dead_at, $7) END
             FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::boolean[])
                  AS s (event_id, failures, error, next_at, dead)
             WHERE p.event_id = s.event_id",
            taken,
            &still.ids,
            &still.failures,
            &still.errors as &[&str],
            &still.next_at,
            &still.dead,
            now,
        )
        .execute(&mut *conn)
        .await
    })
    .await
    .map(drop)
}
