use pg::Pg;
use time::OffsetDateTime;

/// Notes that a document is in the file storage; to be called after it was written there. Repeating it changes nothing.
pub async fn register_document(
    pg: &Pg,
    now: OffsetDateTime,
    key: &str,
    bytes: i64,
) -> Result<(), sqlx::Error> {
    pg.statement("register_document", async |mut tx: pg::Tx| {
        sqlx::query!(
            "INSERT INTO document (key, bytes, created_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
            key,
            bytes,
            now,
        )
        .execute(&mut *tx)
        .await
        .map(drop)
    })
    .await
}
