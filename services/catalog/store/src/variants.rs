use pg::Pg;
use time::OffsetDateTime;

/// How often the variants of a picture are tried to be made.
pub const MAX_ATTEMPTS: i32 = 5;

/// A picture whose variants are to be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantTask {
    /// Key of the picture.
    pub media_key: String,
    /// Number of the attempt, from 1. Says at the end whether the task is still the same's.
    pub attempt: i32,
}

/// A variant that is in the file storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantEntry {
    /// `avif` or `webp`.
    pub format: &'static str,
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// Size in bytes.
    pub bytes: i64,
    /// SHA-256 of the content in hexadecimal, a dot, the format.
    pub key: String,
}

/// What a failed attempt means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It is the picture's fault, perhaps: one of [`MAX_ATTEMPTS`].
    Counted,
    /// The file storage was away; the picture has nothing to do with it.
    NotCounted,
}

/// Takes the picture that has waited longest; nobody else gets it before `until`. `None` when there is nothing to do.
pub async fn claim_variants(
    pg: &Pg,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Option<VariantTask>, sqlx::Error> {
    pg.statement("claim_variants", async |mut tx: pg::Tx| {
        sqlx::query_as!(
            VariantTask,
            r#"UPDATE media_task SET due_at = $2, attempts = attempts + 1
               WHERE media_key = (
                   SELECT media_key FROM media_task
                   WHERE due_at <= $1 AND attempts < $3
                   ORDER BY due_at, media_key LIMIT 1 FOR UPDATE SKIP LOCKED
               )
               RETURNING media_key, attempts AS attempt"#,
            now,
            until,
            MAX_ATTEMPTS,
        )
        .fetch_optional(&mut *tx)
        .await
    })
    .await
}

/// Notes the variants of a picture and that they are made. False when the task was somebody else's by now: then nothing
/// is noted.
pub async fn finish_variants(
    pg: &Pg,
    task: &VariantTask,
    variants: &[VariantEntry],
) -> Result<bool, sqlx::Error> {
    pg.run("finish_variants", async |mut tx: pg::Tx| {
        let ours = sqlx::query!(
            "DELETE FROM media_task WHERE media_key = $1 AND attempts = $2",
            task.media_key,
            task.attempt,
        )
        .execute(&mut *tx)
        .await?;
        if ours.rows_affected() == 0 {
            return Ok(false);
        }
        let formats: Vec<&str> = variants.iter().map(|v| v.format).collect();
        let widths: Vec<i32> = variants.iter().map(|v| v.width).collect();
        let heights: Vec<i32> = variants.iter().map(|v| v.height).collect();
        let bytes: Vec<i64> = variants.iter().map(|v| v.bytes).collect();
        let keys: Vec<&str> = variants.iter().map(|v| &*v.key).collect();
        sqlx::query!(
            "INSERT INTO media_variant (media_key, format, width, height, bytes, key)
             SELECT $1, e.* FROM unnest($2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::text[]) AS e
             ON CONFLICT (media_key, format, width) DO UPDATE
             SET height = EXCLUDED.height, bytes = EXCLUDED.bytes, key = EXCLUDED.key",
            task.media_key,
            &formats as &[&str],
            &widths,
            &heights,
            &bytes,
            &keys as &[&str],
        )
        .execute(&mut *tx)
        .await?;
        Ok(true)
    })
    .await
}

/// Notes that an attempt failed, to be repeated at `again`, unless it was the last.
pub async fn fail_variants(
    pg: &Pg,
    task: &VariantTask,
    failed: Failed,
    error: &str,
    again: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let uncounted = i32::from(failed == Failed::NotCounted);
    pg.statement("fail_variants", async |mut tx: pg::Tx| {
        sqlx::query!(
            "UPDATE media_task SET due_at = $3, last_error = $4, attempts = attempts - $5
             WHERE media_key = $1 AND attempts = $2",
            task.media_key,
            task.attempt,
            again,
            error,
            uncounted,
        )
        .execute(&mut *tx)
        .await
        .map(drop)
    })
    .await
}
