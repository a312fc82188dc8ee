use kernel::EventId;
use pg::Pg;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// An event that one subscriber has not taken; still tried every minute (FLR-2). It is kept by the sender when it was
/// pushed, by the receiver when it came through a broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetter {
    /// The event.
    pub event_id: EventId,
    /// Who did not take it.
    #[schema(example = "backoffice")]
    pub subscriber: String,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "ru.garnitur.orders.order.paid.v1")]
    pub type_: String,
    /// What it is about; null when the emitter did not say.
    pub subject: Option<String>,
    /// The payload.
    pub data: Value,
    /// Trace that caused the event; null when there was none.
    pub traceparent: Option<String>,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Since when it has been a dead letter.
    #[serde(with = "time::serde::rfc3339")]
    pub dead_at: OffsetDateTime,
    /// Times it was sent.
    pub attempts: i32,
    /// The last reason; null when none was given.
    pub last_error: Option<String>,
}

/// One page of dead letters, the longest dead first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterPage {
    /// Dead letters.
    pub items: Vec<DeadLetter>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// The sort key of a page's last letter.
type Key = (i64, Uuid, String);

/// A page of dead letters. [`kernel::BadCursor`] comes back as the inner error.
pub async fn dead_letters(
    pg: &Pg,
    page_size: u16,
    cursor: Option<&str>,
) -> Result<Result<DeadLetterPage, kernel::BadCursor>, sqlx::Error> {
    let after = match cursor.map(after).transpose() {
        Ok(after) => after,
        Err(bad) => return Ok(Err(bad)),
    };
    let (dead_at, event_id, subscriber) =
        after.unwrap_or((OffsetDateTime::UNIX_EPOCH, Uuid::nil(), String::new()));
    let subscriber = subscriber.as_str();
    let size = usize::from(page_size);
    let rows = pg
        .read("list_dead_letters", |mut conn| async move {
            sqlx::query!(
                // Each half gives a page by its index, and the page is the first of both.
                r#"(SELECT d.event_id AS "event_id!", d.subscriber AS "subscriber!", o.type AS "type!", o.subject,
                           o.data AS "data!", o.traceparent, o.at AS "at!", d.dead_at AS "dead_at!",
                           d.attempts AS "attempts!", d.last_error
                    FROM events.delivery d JOIN events.outbox o ON o.id = d.event_id
                    WHERE d.dead_at IS NOT NULL AND (d.dead_at, d.event_id, d.subscriber) > ($1, $2, $3)
                    ORDER BY d.dead_at, d.event_id, d.subscriber
                    LIMIT $4)
                   UNION ALL
                   (SELECT event_id, subscriber, type, subject, data, traceparent, at, dead_at, attempts, last_error
                    FROM events.put_aside
                    WHERE dead_at IS NOT NULL AND (dead_at, event_id, subscriber) > ($1, $2, $3)
                    ORDER BY dead_at, event_id, subscriber
                    LIMIT $4)
                   ORDER BY 8, 1, 2
                   LIMIT $4"#,
                dead_at,
                event_id,
                subscriber,
                i64::from(page_size) + 1,
            )
            .fetch_all(&mut *conn)
            .await
        })
        .await?;
    let more = rows.len() > size;
    let items: Vec<DeadLetter> = rows
        .into_iter()
        .take(size)
        .map(|row| DeadLetter {
            event_id: row.event_id.into(),
            subscriber: row.subscriber,
            type_: row.r#type,
            subject: row.subject,
            data: row.data,
            traceparent: row.traceparent,
            at: row.at,
            dead_at: row.dead_at,
            attempts: row.attempts,
            last_error: row.last_error,
        })
        .collect();
    let next_cursor = items.last().filter(|_| more).map(|last| {
        kernel::encode_cursor(&(
            micros(last.dead_at),
            last.event_id.uuid(),
            last.subscriber.as_str(),
        ))
    });
    Ok(Ok(DeadLetterPage { items, next_cursor }))
}

/// Microseconds since 1970: what PostgreSQL keeps of a moment.
fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

fn after(cursor: &str) -> Result<(OffsetDateTime, Uuid, String), kernel::BadCursor> {
    let (micros, event_id, subscriber) = kernel::decode_cursor::<Key>(cursor)?;
    let dead_at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .map_err(|_| kernel::BadCursor)?;
    Ok((dead_at, event_id, subscriber))
}
