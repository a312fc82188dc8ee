//! Brings files in, all or nothing.
//!
//! Rows are staged in chunks (`import_row`), so memory does not grow with the file; then they are checked and written
//! set by set, under the lock of the vocabulary and that of imports, in the transaction that staged them. What breaks
//! off leaves nothing.

mod bills;
mod components;
mod form;
mod properties;
mod stock;
mod units;
mod verify;

use contracts::catalog::{AssortmentKind, BulkReport, ChangeAction, RowFault};
use contracts::events::{ASSORTMENT_CHANGED, AssortmentChanged};
use events::NewEvent;
use kernel::{EventId, Text};
use pg::Pg;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::edit::Editor;
use crate::vocabulary::share;

/// The lock of imports, the owner's among them.
const LOCK: i64 = 0x6361_7461_6c6f_6702;
/// The lock of the bills: nobody saves a component or a unit meanwhile. Taken after that of the vocabulary.
const BILLS: i64 = 0x6361_7461_6c6f_6704;
/// Faults that are told; the rest are counted.
const TOLD: usize = 1_000;

/// What is wrong with a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowFaults {
    /// The first of them.
    pub told: Vec<RowFault>,
    /// How many there are.
    pub total: i64,
}

impl RowFaults {
    /// Notes one more.
    pub fn push(&mut self, line: i64, field: impl Into<String>, code: &str, message: Text) {
        self.total += 1;
        if self.told.len() < TOLD {
            self.told.push(RowFault {
                line,
                field: field.into(),
                code: code.to_owned(),
                message,
            });
        }
    }

    fn unknown(&mut self, line: i64, field: &str) {
        let message = Text::new("такого нет", "there is none such");
        self.push(line, field, "unknown", message);
    }

    fn none(&mut self) -> Result<(), BulkError> {
        if self.total == 0 {
            return Ok(());
        }
        let mut faults = std::mem::take(self);
        faults.told.sort_by_key(|fault| fault.line);
        Err(BulkError::Refused(faults))
    }
}

/// Why a file was not brought in. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// Rows are wrong.
    #[error("{} faults", .0.total)]
    Refused(RowFaults),
    /// The upload broke off, or is not what it says.
    #[error("the upload cannot be read")]
    Unread,
    /// The upload is larger than any may be.
    #[error("the upload is too large")]
    TooLarge,
    /// The employee used the key for another file.
    #[error("the key was used for another file")]
    KeyReused,
    /// It was tried only, and would do this.
    #[error("tried only")]
    Tried(BulkReport),
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}
pg::transaction_error!(BulkError);

impl From<sqlx::Error> for BulkError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The rows of an upload, chunk by chunk.
pub trait Rows<R>: Send {
    /// The next rows with their lines; `None` after the last. Rows that cannot be read are noted and left out.
    fn chunk(
        &mut self,
        faults: &mut RowFaults,
    ) -> impl Future<Output = Result<Option<Vec<(i64, R)>>, BulkError>> + Send;

    /// Digest of all that was read.
    fn digest(&self) -> Vec<u8>;
}

/// Rows of a kind that can be brought in.
pub trait Imported: Serialize + Send + Sync + 'static {
    /// What kind of thing the audit is told of.
    const KIND: AssortmentKind;

    /// What the row is known by; at most once in a file.
    fn key(&self) -> String;

    /// Notes what is wrong with the row in itself.
    fn check_form(&self, line: i64, faults: &mut RowFaults);

    /// Notes what does not fit the rest, then writes what is staged. Answers how many were made and changed.
    fn merge(
        conn: &mut PgConnection,
        run: Uuid,
        editor: &Editor<'_>,
        faults: &mut RowFaults,
    ) -> impl Future<Output = Result<(i64, i64), BulkError>> + Send;
}

/// Brings an upload in, once for each of the employee's keys; `try_only` writes nothing.
pub async fn import_rows<R: Imported>(
    pg: &Pg,
    editor: &Editor<'_>,
    key: &str,
    try_only: bool,
    rows: &mut impl Rows<R>,
) -> Result<BulkReport, BulkError> {
    let mut rows = Some(rows);
    let done = pg
        .run("import_rows", |mut tx: pg::Tx| {
            let rows = rows.take();
            async move {
                // What was uploaded can be read once, so a second attempt is the caller's.
                let rows = rows.ok_or(BulkError::Unread)?;
                let report = bring_in(&mut tx, editor, key, rows).await?;
                if try_only {
                    return Err(BulkError::Tried(BulkReport {
                        dry_run: true,
                        ..report
                    }));
                }
                Ok(report)
            }
        })
        .await;
    match done {
        Err(BulkError::Tried(report)) => Ok(report),
        done => done,
    }
}

async fn bring_in<R: Imported>(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    key: &str,
    rows: &mut impl Rows<R>,
) -> Result<BulkReport, BulkError> {
    // A large file takes longer than any call may, and a slow one lets the transaction wait.
    sqlx::query!(
        "SELECT set_config('statement_timeout', '300s', true) AS statement,
                set_config('lock_timeout', '30s', true) AS lock,
                set_config('idle_in_transaction_session_timeout', '120s', true) AS idle"
    )
    .fetch_one(&mut *conn)
    .await?;
    let run = EventId::new(editor.clock).uuid();
    let mut faults = RowFaults::default();
    let count = stage(conn, run, editor, rows, &mut faults).await?;
    faults.none()?;
    let digest = rows.digest();
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK)
        .execute(&mut *conn)
        .await?;
    if let Some(report) = brought_before(conn, editor, key, &digest).await? {
        clear(conn, run).await?;
        return Ok(report);
    }
    share(conn).await?;
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", BILLS)
        .execute(&mut *conn)
        .await?;
    twice(conn, run, &mut faults).await?;
    let merged = R::merge(conn, run, editor, &mut faults).await;
    faults.none()?;
    let (created, changed) = merged?;
    clear(conn, run).await?;
    let report = BulkReport {
        rows: count,
        created,
        changed,
        dry_run: false,
    };
    note::<R>(conn, editor, key, &digest, &report).await?;
    Ok(report)
}

/// Writes the rows down. From the first fault on they are only looked at.
async fn stage<R: Imported>(
    conn: &mut PgConnection,
    run: Uuid,
    editor: &Editor<'_>,
    rows: &mut impl Rows<R>,
    faults: &mut RowFaults,
) -> Result<i64, BulkError> {
    let mut count = 0;
    while let Some(chunk) = rows.chunk(faults).await? {
        let (mut lines, mut keys, mut ids, mut data) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (line, row) in chunk {
            count += 1;
            row.check_form(line, faults);
            lines.push(line);
            keys.push(row.key());
            ids.push(EventId::new(editor.clock).uuid());
            data.push(serde_json::to_value(row).map_err(|error| sqlx::Error::Encode(error.into()))?);
        }
        if faults.total > 0 {
            continue;
        }
        sqlx::query!(
            "INSERT INTO import_row (run, line, key, id, data)
             SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::uuid[], $5::jsonb[])",
            run,
            &lines,
            &keys,
            &ids,
            &data,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(count)
}

async fn clear(conn: &mut PgConnection, run: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM import_row WHERE run = $1", run)
        .execute(conn)
        .await?;
    Ok(())
}

/// Things that are in the file more than once.
async fn twice(conn: &mut PgConnection, run: Uuid, faults: &mut RowFaults) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT line, first AS "first!" FROM (
               SELECT line, min(line) OVER (PARTITION BY key) AS first FROM import_row WHERE run = $1
           ) r
           WHERE line <> first ORDER BY line"#,
        run,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let message = Text::new(
            format!("уже есть в строке {}", row.first),
            format!("is in line {} already", row.first),
        );
        faults.push(row.line, "", "twice", message);
    }
    Ok(())
}

/// What the same file did when it came before.
async fn brought_before(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    key: &str,
    digest: &[u8],
) -> Result<Option<BulkReport>, BulkError> {
    let found = sqlx::query!(
        r#"SELECT report, digest = $3 AS "same!" FROM import_run WHERE actor = $1 AND request_key = $2"#,
        editor.actor,
        key,
        digest,
    )
    .fetch_optional(conn)
    .await?;
    match found {
        Some(found) if !found.same => Err(BulkError::KeyReused),
        Some(found) => {
            let report = serde_json::from_value(found.report);
            Ok(Some(report.map_err(|error| sqlx::Error::Decode(error.into()))?))
        }
        None => Ok(None),
    }
}

/// Keeps the report, and tells the audit once of the whole file: the kind, `*` for the things, and how many as version.
async fn note<R: Imported>(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    key: &str,
    digest: &[u8],
    report: &BulkReport,
) -> Result<(), BulkError> {
    let now = editor.clock.now();
    let kept = serde_json::to_value(report).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        "INSERT INTO import_run (actor, request_key, digest, report, at) VALUES ($1, $2, $3, $4, $5)",
        editor.actor,
        key,
        digest,
        kept,
        now,
    )
    .execute(&mut *conn)
    .await?;
    let told = AssortmentChanged {
        kind: R::KIND,
        code: "*".to_owned(),
        version: report.created + report.changed,
        action: ChangeAction::Import,
        fields: Vec::new(),
        actor: editor.actor.to_owned(),
        at: now,
    };
    let event = NewEvent::new(editor.clock, ASSORTMENT_CHANGED, &told).subject("*");
    events::emit(conn, &[event], editor.subscriptions).await?;
    Ok(())
}
