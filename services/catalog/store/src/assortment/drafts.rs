use contracts::catalog::{Draft, DraftContent, DraftPage, DraftSubject, NewDraft};
use kernel::{EventId, PageSize, decode_cursor, encode_cursor};
use pg::Pg;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::book::unsound;
use super::{components, units};
use crate::ListError;
use crate::edit::{EditError, Editor, Fault};
use crate::rows::unexpected;

/// The most drafts an employee may have; whoever has more has forgotten them.
const MOST: i64 = 500;

struct Row {
    id: Uuid,
    subject: String,
    target_id: Option<Uuid>,
    base_version: Option<i64>,
    content: Value,
    version: i64,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
}

impl Row {
    fn into_draft(self) -> Result<Draft, sqlx::Error> {
        let subject = match self.subject.as_str() {
            "component" => DraftSubject::Component,
            "product" => DraftSubject::Product,
            other => return Err(unexpected("draft.subject", other)),
        };
        let Value::Object(content) = self.content else {
            return Err(unexpected("draft.content", "no object"));
        };
        Ok(Draft {
            id: self.id,
            subject,
            target_id: self.target_id,
            base_version: self.base_version,
            content,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

const fn subject_code(subject: DraftSubject) -> &'static str {
    match subject {
        DraftSubject::Component => "component",
        DraftSubject::Product => "product",
    }
}

/// Begins a draft: from the target as it is, where nothing was typed yet. An employee has one draft of a target: the
/// one that is there is answered, and likewise the one that was begun with the same key.
pub async fn begin_draft(
    pg: &Pg,
    editor: &Editor<'_>,
    key: &str,
    new: &NewDraft,
) -> Result<Draft, EditError> {
    pg.run("begin_draft", async |mut tx: pg::Tx| {
        let of_target = match new.target_id {
            Some(target) => {
                let (content, version) = target_content(&mut tx, new.subject, target).await?;
                Some((target, content, version))
            }
            None => None,
        };
        let typed = new.content.clone();
        let target = of_target.as_ref().map(|(target, ..)| *target);
        let base = of_target.as_ref().map(|(.., version)| *version);
        let content = typed
            .or(of_target.map(|(_, content, _)| content))
            .unwrap_or_default();
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM draft WHERE author = $1"#,
            editor.actor,
        )
        .fetch_one(&mut *tx)
        .await?;
        if count >= MOST {
            let message = kernel::Text::new(
                format!("черновиков не больше {MOST}"),
                format!("at most {MOST} drafts"),
            );
            return Err(Fault::new("subject", "too_many", message).into());
        }
        // Whichever is there already, by key or by target, stays as it is.
        sqlx::query!(
            "INSERT INTO draft (id, author, subject, target_id, base_version, content, created_at, updated_at,
                                request_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
             ON CONFLICT DO NOTHING",
            EventId::new(editor.clock).uuid(),
            editor.actor,
            subject_code(new.subject),
            target,
            base,
            Value::Object(content),
            editor.clock.now(),
            key,
        )
        .execute(&mut *tx)
        .await?;
        let row = sqlx::query_as!(
            Row,
            "SELECT id, subject, target_id, base_version, content, version, created_at, updated_at
             FROM draft
             WHERE author = $1 AND (request_key = $2 OR (subject = $3 AND target_id = $4))
             ORDER BY request_key = $2 DESC LIMIT 1",
            editor.actor,
            key,
            subject_code(new.subject),
            target,
        )
        .fetch_one(&mut *tx)
        .await?;
        let draft = row.into_draft()?;
        if draft.subject == new.subject && draft.target_id == new.target_id {
            Ok(draft)
        } else {
            Err(EditError::KeyReused)
        }
    })
    .await
}

/// The target as it is, with its version.
async fn target_content(
    conn: &mut PgConnection,
    subject: DraftSubject,
    target: Uuid,
) -> Result<(Map<String, Value>, i64), EditError> {
    let (content, version, deleted) = match subject {
        DraftSubject::Component => {
            let found = components::find(conn, target.into()).await?;
            let found = found.ok_or_else(|| Fault::unknown("target_id"))?;
            (
                serde_json::to_value(found.content),
                found.version,
                found.deleted_at,
            )
        }
        DraftSubject::Product => {
            let found = units::find(conn, target.into()).await?;
            let found = found.ok_or_else(|| Fault::unknown("target_id"))?;
            (
                serde_json::to_value(found.content),
                found.version,
                found.deleted_at,
            )
        }
    };
    if deleted.is_some() {
        return Err(EditError::Deleted);
    }
    match content.map_err(unsound)? {
        Value::Object(content) => Ok((content, version)),
        _ => Err(unexpected("content", "no object").into()),
    }
}

/// A draft of the employee; `None` when there is none. One statement.
pub async fn draft(pg: &Pg, author: &str, id: Uuid) -> Result<Option<Draft>, sqlx::Error> {
    pg.read("draft", async |mut tx: pg::Tx| find(&mut tx, author, id).await)
        .await
}

async fn find(conn: &mut PgConnection, author: &str, id: Uuid) -> Result<Option<Draft>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT id, subject, target_id, base_version, content, version, created_at, updated_at
         FROM draft WHERE id = $1 AND author = $2",
        id,
        author,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_draft)
    .transpose()
}

/// Saves what was typed over version `base`. Two statements at most.
pub async fn save_draft(
    pg: &Pg,
    editor: &Editor<'_>,
    id: Uuid,
    base: i64,
    content: &DraftContent,
) -> Result<Draft, EditError> {
    pg.run("save_draft", async |mut tx: pg::Tx| {
        let saved = sqlx::query_as!(
            Row,
            "UPDATE draft SET content = $4, version = version + 1, updated_at = $5
             WHERE id = $1 AND author = $2 AND version = $3
             RETURNING id, subject, target_id, base_version, content, version, created_at, updated_at",
            id,
            editor.actor,
            base,
            Value::Object(content.content.clone()),
            editor.clock.now(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        match saved {
            Some(row) => Ok(row.into_draft()?),
            None => Err(moved_on(&mut tx, editor.actor, id).await?),
        }
    })
    .await
}

/// Throws version `base` of a draft away.
pub async fn delete_draft(pg: &Pg, author: &str, id: Uuid, base: i64) -> Result<(), EditError> {
    pg.run("delete_draft", async |mut tx: pg::Tx| {
        let gone = sqlx::query!(
            "DELETE FROM draft WHERE id = $1 AND author = $2 AND version = $3",
            id,
            author,
            base,
        )
        .execute(&mut *tx)
        .await?;
        if gone.rows_affected() == 1 {
            Ok(())
        } else {
            Err(moved_on(&mut tx, author, id).await?)
        }
    })
    .await
}

/// Why a draft has not the version that the caller knows.
pub(super) async fn moved_on(
    conn: &mut PgConnection,
    author: &str,
    id: Uuid,
) -> Result<EditError, sqlx::Error> {
    let found = find(conn, author, id).await?;
    Ok(found.map_or(EditError::NotFound, |draft| EditError::Stale {
        version: draft.version,
        changed: None,
    }))
}

/// One page of an employee's drafts, last saved first. One statement.
pub async fn list_drafts(
    pg: &Pg,
    author: &str,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<DraftPage, ListError> {
    let before: Option<(i64, Uuid)> = cursor.map(decode_cursor).transpose()?;
    // In microseconds, the resolution PostgreSQL keeps.
    let at = before.map(|(at, _)| OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000));
    let at = at.transpose().map_err(|_| kernel::BadCursor)?;
    let limit = usize::from(size.get());
    pg.read("list_drafts", async |mut tx: pg::Tx| {
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, subject, target_id, base_version, content, version, created_at, updated_at
             FROM draft
             WHERE author = $1 AND ($2::timestamptz IS NULL OR (updated_at, id) < ($2, $3::uuid))
             ORDER BY updated_at DESC, id DESC LIMIT $4",
            author,
            at,
            before.map(|(_, id)| id),
            i64::from(size.get()) + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > limit;
        let items = rows.into_iter().take(limit).map(Row::into_draft);
        let items: Vec<Draft> = items.collect::<Result<_, _>>()?;
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|last| {
            let micros = i64::try_from(last.updated_at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX);
            encode_cursor(&(micros, last.id))
        });
        Ok(DraftPage { items, next_cursor })
    })
    .await
}
