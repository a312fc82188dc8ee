use std::borrow::Cow;

use kernel::{Clock, EventId};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Subscriptions;

/// An event that is about to be emitted. It must not carry personal data: events are kept and shown to staff.
#[derive(Debug, Clone)]
pub struct NewEvent {
    id: EventId,
    type_: Cow<'static, str>,
    subject: Option<String>,
    data: Box<RawValue>,
    at: OffsetDateTime,
}

impl NewEvent {
    /// An event of this type that happens now.
    ///
    /// Panics when `data` cannot be JSON, which plain payload types always can.
    pub fn new(clock: &dyn Clock, type_: impl Into<Cow<'static, str>>, data: &impl Serialize) -> Self {
        Self {
            id: EventId::new(clock),
            type_: type_.into(),
            subject: None,
            data: serde_json::value::to_raw_value(data).expect("a payload is plain data"),
            at: clock.now(),
        }
    }

    /// Names what the event is about (`CloudEvents` `subject`), such as an order's number.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The event's id, by which receivers know a duplicate.
    pub const fn id(&self) -> EventId {
        self.id
    }
}

/// Writes events and their deliveries in the caller's transaction, so that they exist exactly if its effect does
/// (outbox). One statement, however many events; none for no events. They carry the caller's trace context.
///
/// After the commit, [`Wake::wake`](crate::Wake::wake) makes the dispatcher look at once; other replicas find
/// the events at their next tick.
pub async fn emit(
    conn: &mut PgConnection,
    events: &[NewEvent],
    subscriptions: &Subscriptions,
) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|e| e.id.uuid()).collect();
    let types: Vec<&str> = events.iter().map(|e| e.type_.as_ref()).collect();
    let subjects: Vec<Option<&str>> = events.iter().map(|e| e.subject.as_deref()).collect();
    let data: Vec<Json<&RawValue>> = events.iter().map(|e| Json(e.data.as_ref())).collect();
    let times: Vec<OffsetDateTime> = events.iter().map(|e| e.at).collect();

    let mut delivery_ids = Vec::new();
    let mut delivery_times = Vec::new();
    let mut subscribers: Vec<&str> = Vec::new();
    for event in events {
        for subscriber in subscriptions.of(&event.type_) {
            delivery_ids.push(event.id.uuid());
            delivery_times.push(event.at);
            subscribers.push(subscriber);
        }
    }

    sqlx::query!(
        "WITH event AS (
             INSERT INTO events.outbox (id, type, subject, data, at, traceparent)
             SELECT id, type, subject, data, at, $6
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
                  AS e (id, type, subject, data, at)
         )
         INSERT INTO events.delivery (event_id, subscriber, next_at)
         SELECT event_id, subscriber, at
         FROM unnest($7::uuid[], $8::text[], $9::timestamptz[]) AS d (event_id, subscriber, at)",
        &ids,
        &types as &[&str],
        &subjects as &[Option<&str>],
        &data as &[Json<&RawValue>],
        &times,
        telemetry::traceparent(),
        &delivery_ids,
        &subscribers as &[&str],
        &delivery_times,
    )
    .execute(conn)
    .await?;
    Ok(())
}
