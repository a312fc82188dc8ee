use contracts::catalog::{Image, ImageVariant, StoredImage, VariantState};
use pg::Pg;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::variants::MAX_ATTEMPTS;

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

/// Notes that a picture is in the file storage and that its variants are to be made; to be called after it was written
/// there. The key stands for the content, so repeating it changes nothing. Fails when the key is malformed or the picture
/// too small.
pub async fn register_media(pg: &Pg, now: OffsetDateTime, media: &MediaEntry) -> Result<(), sqlx::Error> {
    pg.statement("register_media", async |mut tx: pg::Tx| {
        sqlx::query!(
            "WITH new AS (
                 INSERT INTO media (key, content_type, bytes, width, height, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (key) DO NOTHING
                 RETURNING key
             )
             INSERT INTO media_task (media_key, due_at) SELECT key, $6 FROM new",
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
pub async fn media(pg: &Pg, key: &str) -> Result<Option<StoredImage>, sqlx::Error> {
    pg.read("media", async |mut tx: pg::Tx| {
        let row = sqlx::query!(
            r#"SELECT m.key, m.bytes, m.width, m.height, t.attempts AS "attempts?", t.last_error,
                      m.variants AS "variants: Json<Vec<ImageVariant>>"
               FROM media m
               LEFT JOIN media_task t ON t.media_key = m.key
               WHERE m.key = $1"#,
            key,
        )
        .fetch_optional(&mut *tx)
        .await?;
        Ok(row.map(|row| StoredImage {
            image: Image {
                key: row.key,
                width: row.width,
                height: row.height,
                variants: row.variants.0,
            },
            bytes: row.bytes,
            state: match row.attempts {
                None => VariantState::Made,
                // The last attempt may still be at work, or has ended with the process.
                Some(MAX_ATTEMPTS..) => VariantState::Failed,
                Some(_) => VariantState::Pending,
            },
            error: row.last_error,
        }))
    })
    .await
}
