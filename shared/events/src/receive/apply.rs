use std::collections::HashSet;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use kernel::EventId;
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Handler, HandlerError};
use crate::{CloudEvent, Outcome};

/// What became of one event, and why it was not applied.
pub(crate) type Applied = (Outcome, Option<&'static str>);

/// Applies events, each at most once ever. First all in one transaction, which is three statements and the
/// handler's own; when that fails, each in a transaction of its own, so that one bad event does not stop the others.
/// Answers in the order of `events`; fails when the database cannot be used at present.
pub(super) async fn apply<H: Handler>(
    pg: &Pg,
    handler: &H,
    events: &[CloudEvent],
    now: OffsetDateTime,
) -> Result<Vec<Applied>, sqlx::Error> {
    match together(pg, handler, events, now).await {
        Ok(fresh) => return Ok(outcomes(events, fresh)),
        Err(error) if events.len() == 1 => return Ok(vec![refusal(&events[0], error)?]),
        Err(error) => {
            let error = outage(error)?;
            tracing::debug!(%error, events = events.len(), "batch not applied; its events are applied one by one");
        }
    }
    let mut applied = Vec::with_capacity(events.len());
    for event in events {
        let one = std::slice::from_ref(event);
        applied.push(match together(pg, handler, one, now).await {
            Ok(fresh) => outcomes(one, fresh)[0],
            Err(error) => refusal(event, error)?,
        });
    }
    Ok(applied)
}

/// One transaction for all of `events`. Answers the ids that were new.
async fn together<H: Handler>(
    pg: &Pg,
    handler: &H,
    events: &[CloudEvent],
    now: OffsetDateTime,
) -> Result<HashSet<Uuid>, HandlerError> {
    // In one order everywhere: two batches that share events must not wait for each other in a circle.
    let mut ids: Vec<Uuid> = events.iter().map(|event| event.id.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let ids = ids.as_slice();
    pg.run("apply_events", |mut tx| async move {
        let fresh = remember(&mut tx, ids, now).await?;
        let mut seen = HashSet::new();
        let new: Vec<&CloudEvent> = events
            .iter()
            .filter(|event| fresh.contains(&event.id.uuid()) && seen.insert(event.id))
            .collect();
        if !new.is_empty() {
            // A panic is a bug of the handler with this event; the other events must not suffer from it.
            AssertUnwindSafe(handler.handle_batch(&mut tx, &new))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(HandlerError::failed("internal", "the handler panicked")))?;
        }
        Ok(fresh)
    })
    .await
}

/// Writes the ids into the inbox. Answers those that were not in it.
async fn remember(
    conn: &mut PgConnection,
    ids: &[Uuid],
    now: OffsetDateTime,
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let fresh = sqlx::query_scalar!(
        "INSERT INTO events.inbox (event_id, received_at)
         SELECT id, $2 FROM unnest($1::uuid[]) AS e (id)
         ON CONFLICT (event_id) DO NOTHING
         RETURNING event_id",
        ids,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(fresh.into_iter().collect())
}

/// The first event of each new id is accepted; what comes again is a duplicate.
fn outcomes(events: &[CloudEvent], mut fresh: HashSet<Uuid>) -> Vec<Applied> {
    events
        .iter()
        .map(|event| {
            if fresh.remove(&event.id.uuid()) {
                (Outcome::Accepted, None)
            } else {
                (Outcome::Duplicate, None)
            }
        })
        .collect()
}

/// What to answer for an event that was not applied; the error itself when it is the database that is out.
fn refusal(event: &CloudEvent, error: HandlerError) -> Result<Applied, sqlx::Error> {
    let id: EventId = event.id;
    match outage(error)? {
        HandlerError::Rejected(slug) => {
            tracing::warn!(event = %id, type_ = event.type_, slug, "event rejected");
            Ok((Outcome::Rejected, Some(slug)))
        }
        HandlerError::Failed { slug, source } => {
            tracing::error!(event = %id, type_ = event.type_, slug, error = source, "event not applied");
            Ok((Outcome::Failed, Some(slug)))
        }
        HandlerError::Database(error) => {
            tracing::error!(event = %id, type_ = event.type_, %error, "event not applied");
            Ok((Outcome::Failed, Some("internal")))
        }
    }
}

/// Takes out the errors that say nothing about the events: the database cannot be used at present.
fn outage(error: HandlerError) -> Result<HandlerError, sqlx::Error> {
    match error {
        HandlerError::Database(error) if pg::is_unavailable(&error) => Err(error),
        error => Ok(error),
    }
}
