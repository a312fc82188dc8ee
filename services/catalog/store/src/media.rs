use pg::Pg;
use time::OffsetDateTime;

/// A picture in the file storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaEntry {
    /// SHA-256 of the content in hexadecimal, a dot, `png`, `jpg` or `webp`.
    pub key: String,
    /// Media type, such as `image/png`.
    pub content_type: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Width in pixels, at least 500 (CAT-9).
    pub width: i32,
    /// Height in pixels, at least 500 (CAT-9).
    pub height: i32,
}

/// Notes that a picture is in the file storage; to be called after it was written there, as the owner. The key stands
/// for the content, so repeating it changes nothing. Fails when the key is malformed or the picture too small.
pub async fn register_media(pg: &Pg, now: OffsetDateTime, media: &MediaEntry) -> Result<(), sqlx::Error> {
    pg.statement("register_media", async |mut tx: pg::Tx| {
        sqlx::query!(
            "INSERT INTO media (key, content_type, bytes, width, height, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (key) DO NOTHING",
            media.key,
            media.content_type,
            media.bytes,
            media.width,
            media.height,
            now,
        )
        .execute(&mut *tx)
        .await
        .map(drop)
    })
    .await
}

/// What is known of a picture; `None` when there is none with this key.
pub async fn media(pg: &Pg, key: &str) -> Result<Option<MediaEntry>, sqlx::Error> {
    pg.read("media", async |mut tx: pg::Tx| {
        sqlx::query_as!(
            MediaEntry,
            "SELECT key, content_type, bytes, width, height FROM media WHERE key = $1",
            key,
        )
        .fetch_optional(&mut *tx)
        .await
    })
    .await
}
