use kernel::EventId;
use pg::Pg;
use time::OffsetDateTime;

/// Makes a dead letter due again, for one subscriber or for all that gave it up; its failures start from nothing.
/// Answers how many deliveries came back: 0 when there is no such dead letter. Wake the dispatcher afterwards.
pub async fn retry_dead_letter(
    pg: &Pg,
    event: EventId,
    subscriber: Option<&str>,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    pg.statement("retry_dead_letter", |mut conn| async move {
        sqlx::query!(
            "UPDATE events.delivery SET dead_at = NULL, next_at = $3, failures = 0
             WHERE event_id = $1 AND dead_at IS NOT NULL AND ($2::text IS NULL OR subscriber = $2)",
            event.uuid(),
            subscriber,
            now,
        )
        .execute(&mut *conn)
        .await
        .map(|done| done.rows_affected())
    })
    .await
}

/// Makes all dead letters due again, of one subscriber or of all. Answers how many came back.
pub async fn retry_all_dead_letters(
    pg: &Pg,
    subscriber: Option<&str>,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    pg.statement("retry_all_dead_letters", |mut conn| async move {
        sqlx::query!(
            "UPDATE events.delivery SET dead_at = NULL, next_at = $2, failures = 0
             WHERE dead_at IS NOT NULL AND ($1::text IS NULL OR subscriber = $1)",
            subscriber,
            now,
        )
        .execute(&mut *conn)
        .await
        .map(|done| done.rows_affected())
    })
    .await
}
