//! The sanitised database as a file that can be kept and restored.

use std::path::{Path, PathBuf};

use pg::sqlx::PgConnection;
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use crate::{Rules, ToolError, Tools};

const DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The newest migration that the database has had, 0 where it has had none.
pub async fn schema_version(connection: &mut PgConnection) -> Result<i64, pg::sqlx::Error> {
    let there: bool = pg::sqlx::query_scalar("SELECT to_regclass('public._sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Ok(0);
    }
    pg::sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM public._sqlx_migrations WHERE success")
        .fetch_one(connection)
        .await
}

/// Writes the archive `<database>-<day of the backup>-schema-<version>.dump` into `folder` and returns its path. What
/// was half written before is replaced.
pub async fn write(
    tools: &Tools,
    rules: &Rules,
    database_url: &str,
    made: OffsetDateTime,
    version: i64,
    folder: &Path,
) -> Result<PathBuf, ToolError> {
    let day = made.format(DAY).expect("every date has a day");
    let path = folder.join(format!("{}-{day}-schema-{version}.dump", rules.database));
    let file = path.to_string_lossy();
    tools
        .run(
            "pg_dump",
            &["--format=custom", "--file", &file, "--dbname", database_url],
        )
        .await?;
    Ok(path)
}
