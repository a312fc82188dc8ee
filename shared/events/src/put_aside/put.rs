use pg::Pg;
use serde_json::value::RawValue;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::CloudEvent;

/// An event that could not be applied, often enough or for good.
#[derive(Debug)]
pub(crate) struct Refused<'a> {
    pub event: &'a CloudEvent,
    /// How often it came.
    pub tries: i32,
    /// The last reason.
    pub error: &'static str,
}

/// Keeps events as dead letters of `subscriber`. One that is kept already stays as it is.
pub(crate) async fn put_aside(
    pg: &Pg,
    subscriber: &str,
    refused: &[Refused<'_>],
    now: OffsetDateTime,
    next_at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = refused.iter().map(|r| r.event.id.uuid()).collect();
    let sources: Vec<&str> = refused.iter().map(|r| r.event.source.as_str()).collect();
    let types: Vec<&str> = refused.iter().map(|r| r.event.type_.as_str()).collect();
    let subjects: Vec<Option<&str>> = refused.iter().map(|r| r.event.subject.as_deref()).collect();
    let data: Vec<Json<&RawValue>> = refused.iter().map(|r| Json(r.event.data.as_ref())).collect();
    let traces: Vec<Option<&str>> = refused.iter().map(|r| r.event.traceparent.as_deref()).collect();
    let times: Vec<OffsetDateTime> = refused.iter().map(|r| r.event.time.unwrap_or(now)).collect();
    let tries: Vec<i32> = refused.iter().map(|r| r.tries).collect();
    let errors: Vec<&str> = refused.iter().map(|r| r.error).collect();
    let (ids, sources, types, subjects) = (&ids[..], &sources[..], &types[..], &subjects[..]);
    let (data, traces, times, tries, errors) = (&data[..], &traces[..], &times[..], &tries[..], &errors[..]);
    pg.statement("put_events_aside", |mut conn| async move {
            sqlx::query!(
                "INSERT INTO events.put_aside
                     (subscriber, event_id, source, type, subject, data, traceparent, at, attempts, failures,
                      last_error, dead_at, next_at)
                 SELECT $1, event_id, source, type, subject, data, traceparent, at, tries, tries, error, $2, $3
                 FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[],
                             $10::timestamptz[], $11::integer[], $12::text[])
                      AS e (event_id, source, type, subject, data, traceparent, at, tries, error)
                 ON CONFLICT (subscriber, event_id) DO NOTHING",
                subscriber,
                now,
                next_at,
                ids,
                sources as &[&str],
                types as &[&str],
                subjects as &[Option<&str>],
                data as &[Json<&RawValue>],
                traces as &[Option<&str>],
                times,
                tries,
                errors as &[&str],
            )
            .execute(&mut *conn)
            .await
    })
    .await
    .map(drop)
}
