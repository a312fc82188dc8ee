//! The backup to begin with.

use std::path::{Path, PathBuf};

use time::format_description::FormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::{ToolError, Tools};

/// How old the newest backup may be (STD-2).
pub const MAX_AGE: Duration = Duration::days(7);

/// How `pg_restore --list` writes when an archive was made, in UTC.
const MADE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// An archive of a database, in `pg_dump`'s custom format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made: by its own header, for files are copied and renamed.
    pub made: OffsetDateTime,
}

/// Why there is nothing to begin with.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder cannot be read.
    #[error("the folder of backups cannot be read")]
    Folder(#[from] std::io::Error),
    /// `pg_restore` cannot be run.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// There is none of this database.
    #[error("there is no backup of {0}")]
    None(String),
    /// The newest is too old: HotFix would be made of what production no longer is.
    #[error("the newest backup of {database} is of {made}, more than {} days old", MAX_AGE.whole_days())]
    Old {
        /// The database.
        database: String,
        /// When it was made.
        made: OffsetDateTime,
    },
    /// It says it is of tomorrow: one of the two clocks is wrong, and with it every age.
    #[error("the newest backup of {database} is of {made}, which is yet to come")]
    Future {
        /// The database.
        database: String,
        /// When it says it was made.
        made: OffsetDateTime,
    },
}

/// The newest backup of `database` in `folder`. Refused where it is older than [`MAX_AGE`] at `now`. Files that are no
/// archives are passed over, with a warning: a broken one beside a good one stops nobody.
pub async fn newest(
    tools: &Tools,
    folder: &Path,
    database: &str,
    now: OffsetDateTime,
) -> Result<Backup, BackupError> {
    let mut newest: Option<Backup> = None;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "dump") {
            continue;
        }
        match tools
            .run("pg_restore", &["--list", &path.to_string_lossy()])
            .await
        {
            Ok(list) => {
                let Some((of, made)) = header(&list) else { continue };
                if of == database && newest.as_ref().is_none_or(|newest| newest.made < made) {
                    newest = Some(Backup { path, made });
                }
            }
            Err(ToolError::Failed { message, .. }) => {
                tracing::warn!(path = %path.display(), message, "not an archive");
            }
            Err(error) => return Err(error.into()),
        }
    }
    let newest = newest.ok_or_else(|| BackupError::None(database.to_owned()))?;
    let (database, made) = (database.to_owned(), newest.made);
    if now - made > MAX_AGE {
        return Err(BackupError::Old { database, made });
    }
    if made - now > Duration::HOUR {
        return Err(BackupError::Future { database, made });
    }
    Ok(newest)
}

/// Name of the database and time of the archive, from the head of its table of contents.
fn header(list: &str) -> Option<(String, OffsetDateTime)> {
    let value = |key: &str| {
        list.lines()
            .take_while(|line| line.starts_with(';'))
            .find_map(|line| line.trim_start_matches([';', ' ']).strip_prefix(key))
    };
    let made = value("Archive created at ")?.trim_end_matches(" UTC");
    let made = PrimitiveDateTime::parse(made, MADE).ok()?.assume_utc();
    Some((value("dbname: ")?.to_owned(), made))
}
