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
    let retried = pg
        .statement("retry_dead_letter", |mut conn| async move {
            sqlx::query_scalar!(
                r#"WITH sent AS (
                   UPDATE events.delivery
                   SET dead_at = NULL, failures = 0,
                       next_at = CASE WHEN lease_token IS NULL THEN $3 ELSE next_at END
                   WHERE event_id = $1 AND dead_at IS NOT NULL AND ($2::text IS NULL OR subscriber = $2)
                   RETURNING 1
               ), received AS (
                   UPDATE events.put_aside SET dead_at = NULL, failures = 0, next_at = $3
                   WHERE event_id = $1 AND dead_at IS NOT NULL AND ($2::text IS NULL OR subscriber = $2)
                   RETURNING 1
               )
               SELECT (SELECT count(*) FROM sent) + (SELECT count(*) FROM received) AS "retried!""#,
                event.uuid(),
                subscriber,
                now,
            )
            .fetch_one(&mut *conn)
            .await
        })
        .await?;
    Ok(u64::try_from(retried).unwrap_or(0))
}

/// The same for all dead letters, of one subscriber or of all.
pub async fn retry_all_dead_letters(
    pg: &Pg,
    subscriber: Option<&str>,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    let retried = pg
        .statement("retry_all_dead_letters", |mut conn| async move {
            sqlx::query_scalar!(
                r#"WITH sent AS (
                   UPDATE events.delivery
                   SET dead_at = NULL, failures = 0,
                       next_at = CASE WHEN lease_token IS NULL THEN $2 ELSE next_at END
                   WHERE dead_at IS NOT NULL AND ($1::text IS NULL OR subscriber = $1)
                   RETURNING 1
               ), received AS (
                   UPDATE events.put_aside SET dead_at = NULL, failures = 0, next_at = $2
                   WHERE dead_at IS NOT NULL AND ($1::text IS NULL OR subscriber = $1)
                   RETURNING 1
               )
               SELECT (SELECT count(*) FROM sent) + (SELECT count(*) FROM received) AS "retried!""#,
                subscriber,
                now,
            )
            .fetch_one(&mut *conn)
            .await
        })
        .await?;
    Ok(u64::try_from(retried).unwrap_or(0))
}
