use kernel::EventId;
use pg::Pg;
use time::OffsetDateTime;

/// Makes a dead letter due now and an ordinary event again, for one subscriber or for all that gave it up; its
/// failures start from nothing. Answers how many deliveries that were: 0 when there is no such dead letter. Wake
/// the dispatcher afterwards.
///
/// A letter that is on its way at this moment keeps its lease: it is tried already.
pub async fn retry_dead_letter(
    pg: &Pg,
    event: EventId,
    subscriber: Option<&str>,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    pg.statement("retry_dead_letter", |mut conn| async move {
        sqlx::query!(
            "UPDATE events.delivery
             SET dead_at = NULL, failures = 0,
                 next_at = CASE WHEN lease_token IS NULL THEN $3 ELSE next_at END
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

/// The same for all dead letters, of one subscriber or of all.
pub async fn retry_all_dead_letters(
    pg: &Pg,
    subscriber: Option<&str>,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    pg.statement("retry_all_dead_letters", |mut conn| async move {
        sqlx::query!(
            "UPDATE events.delivery
             SET dead_at = NULL, failures = 0,
                 next_at = CASE WHEN lease_token IS NULL THEN $2 ELSE next_at END
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
