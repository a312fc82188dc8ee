//! The vocabulary: categories, colours, materials, properties, types of components, rules, margins, kinds of sets,
//! warehouses.
//!
//! They are few and seldom edited, so each edit holds the vocabulary as a whole (`hold`): two moves cannot make a
//! cycle together, and nothing that the check has seen changes before the edit is written. Whoever saves what refers to
//! the vocabulary holds it with others (`share`), so that nothing is deleted that is just being used.

mod categories;
mod colors;
mod component_types;
mod margins;
mod materials;
mod properties;
mod reprice;
mod rules;
mod set_kinds;
mod users;
mod values;
mod warehouses;

use contracts::catalog::{AssortmentKind, ChangeAction, Entries, Entry};
use kernel::Text;
use pg::Pg;
use serde::Serialize;
use sqlx::PgConnection;
use time::OffsetDateTime;

pub use reprice::reprice_margins;
pub(crate) use rules::domain;
pub use warehouses::{WarehouseSpace, warehouse_spaces};

use crate::edit::{self, Cause, EditError, Editor, Fault, Versioned};
use users::Users;

/// The lock of the vocabulary. The number is arbitrary but fixed.
const LOCK: i64 = 0x6361_7461_6c6f_6703;
/// The most entries of a kind: they are listed and checked as a whole.
const MOST: usize = 5_000;

/// A kind of entries of the vocabulary: what differs between them.
pub trait Vocabulary: Serialize + PartialEq + Clone + Send + Sync + Sized + 'static {
    /// What kind of thing it is.
    const KIND: AssortmentKind;
    /// The field that names it.
    const CODE: &'static str = "code";

    /// What it is called.
    fn code(&self) -> &str;

    /// Whether both say the same.
    fn is_same(&self, other: &Self) -> bool {
        self == other
    }

    /// The entry with the code, or all of them in their order. One statement.
    fn load(
        conn: &mut PgConnection,
        code: Option<&str>,
    ) -> impl Future<Output = Result<Vec<Entry<Self>>, sqlx::Error>> + Send;

    /// Whether it fits the rest of the assortment; `before` is what it replaces.
    fn check(
        &self,
        conn: &mut PgConnection,
        before: Option<&Self>,
    ) -> impl Future<Output = Result<(), EditError>> + Send;

    /// Writes it with its version, not deleted.
    fn write(
        &self,
        conn: &mut PgConnection,
        editor: &Editor<'_>,
        version: i64,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Those that need it, the first of them and how many.
    fn users(conn: &mut PgConnection, code: &str) -> impl Future<Output = Result<Users, EditError>> + Send;

    /// Marks it as deleted.
    fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        version: i64,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Queues what has to be computed anew because it was made, changed, deleted or restored.
    fn queue(
        conn: &mut PgConnection,
        before: Option<&Self>,
        after: Option<&Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send {
        let _ = (conn, before, after);
        std::future::ready(Ok(()))
    }
}

impl<C: Vocabulary> Versioned for Entry<C> {
    const KIND: AssortmentKind = C::KIND;

    fn code(&self) -> String {
        self.content.code().to_owned()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// All entries of a kind, deleted ones last. One statement.
pub async fn list_entries<C: Vocabulary>(pg: &Pg) -> Result<Entries<C>, sqlx::Error> {
    pg.read("list_entries", async |mut tx: pg::Tx| {
        let items = C::load(&mut tx, None).await?;
        Ok(Entries { items })
    })
    .await
}

/// An entry, deleted or not. One statement.
pub async fn entry<C: Vocabulary>(pg: &Pg, code: &str) -> Result<Option<Entry<C>>, sqlx::Error> {
    pg.read("entry", async |mut tx: pg::Tx| one(&mut tx, code).await)
        .await
}

/// Makes an entry, once for each of the employee's keys.
pub async fn create_entry<C: Vocabulary>(
    pg: &Pg,
    editor: &Editor<'_>,
    key: &str,
    content: &C,
) -> Result<Entry<C>, EditError> {
    let cause = Cause::creation(C::KIND, key, content);
    pg.run("create_entry", async |mut tx: pg::Tx| {
        hold(&mut tx).await?;
        if let Some(code) = editor.created_before(&mut tx, &cause).await? {
            return one(&mut tx, &code).await?.ok_or(EditError::NotFound);
        }
        let all = C::load(&mut tx, None).await?;
        if all.iter().any(|entry| entry.content.code() == content.code()) {
            return Err(Fault::taken(C::CODE).into());
        }
        if all.len() >= MOST {
            let message = Text::new(format!("не больше {MOST}"), format!("at most {MOST}"));
            return Err(Fault::new(C::CODE, "too_many", message).into());
        }
        content.check(&mut tx, None).await?;
        let version = next_version::<C>(&mut tx, content.code()).await?;
        content.write(&mut tx, editor, version).await?;
        C::queue(&mut tx, None, Some(content)).await?;
        let after = kept(&mut tx, content.code()).await?;
        editor
            .record(&mut tx, ChangeAction::Create, None, &after, &cause)
            .await?;
        Ok(after)
    })
    .await
}

/// Changes version `base` of an entry.
pub async fn change_entry<C: Vocabulary>(
    pg: &Pg,
    editor: &Editor<'_>,
    code: &str,
    base: i64,
    content: &C,
) -> Result<Entry<C>, EditError> {
    pg.run("change_entry", async |mut tx: pg::Tx| {
        let before = held::<C>(&mut tx, code, base).await?;
        if before.deleted_at.is_some() {
            return Err(EditError::Deleted);
        }
        if content.code() != code {
            let message = Text::new("менять нельзя", "cannot be changed");
            return Err(Fault::new(C::CODE, "fixed", message).into());
        }
        content.check(&mut tx, Some(&before.content)).await?;
        content.write(&mut tx, editor, base + 1).await?;
        C::queue(&mut tx, Some(&before.content), Some(content)).await?;
        let after = kept(&mut tx, code).await?;
        editor
            .record(&mut tx, ChangeAction::Change, Some(&before), &after, &Cause::Call)
            .await?;
        Ok(after)
    })
    .await
}

/// Marks version `base` of an entry as deleted; refused while others need it.
pub async fn delete_entry<C: Vocabulary>(
    pg: &Pg,
    editor: &Editor<'_>,
    code: &str,
    base: i64,
) -> Result<Entry<C>, EditError> {
    pg.run("delete_entry", async |mut tx: pg::Tx| {
        let before = held::<C>(&mut tx, code, base).await?;
        if before.deleted_at.is_some() {
            return Err(EditError::Deleted);
        }
        C::users(&mut tx, code).await?.none()?;
        let now = editor.clock.now();
        C::mark_deleted(&mut tx, code, base + 1, now).await?;
        C::queue(&mut tx, Some(&before.content), None).await?;
        // Not read again: margins leave no row.
        let after = Entry {
            content: before.content.clone(),
            version: base + 1,
            deleted_at: Some(now),
        };
        editor
            .record(&mut tx, ChangeAction::Delete, Some(&before), &after, &Cause::Call)
            .await?;
        Ok(after)
    })
    .await
}

/// Takes the mark of version `base` away; an entry that is not deleted stays as it is.
pub async fn restore_entry<C: Vocabulary>(
    pg: &Pg,
    editor: &Editor<'_>,
    code: &str,
    base: i64,
) -> Result<Entry<C>, EditError> {
    pg.run("restore_entry", async |mut tx: pg::Tx| {
        let before = held::<C>(&mut tx, code, base).await?;
        if before.deleted_at.is_none() {
            return Ok(before);
        }
        // What it refers to may have been deleted since.
        before.content.check(&mut tx, None).await?;
        before.content.write(&mut tx, editor, base + 1).await?;
        C::queue(&mut tx, None, Some(&before.content)).await?;
        let after = kept(&mut tx, code).await?;
        editor
            .record(
                &mut tx,
                ChangeAction::Restore,
                Some(&before),
                &after,
                &Cause::Call,
            )
            .await?;
        Ok(after)
    })
    .await
}

/// Held until the transaction ends: nobody else edits the vocabulary or saves what refers to it.
pub(crate) async fn hold(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK)
        .execute(conn)
        .await?;
    Ok(())
}

/// Held until the transaction ends: nobody edits the vocabulary. To be called before what refers to it is checked and
/// saved.
pub(crate) async fn share(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock_shared($1)", LOCK)
        .execute(conn)
        .await?;
    Ok(())
}

async fn one<C: Vocabulary>(conn: &mut PgConnection, code: &str) -> Result<Option<Entry<C>>, sqlx::Error> {
    Ok(C::load(conn, Some(code)).await?.pop())
}

/// The entry at the version that the caller knows, with the vocabulary held.
async fn held<C: Vocabulary>(conn: &mut PgConnection, code: &str, base: i64) -> Result<Entry<C>, EditError> {
    hold(conn).await?;
    let before = one(conn, code).await?.ok_or(EditError::NotFound)?;
    edit::expect(conn, &before, base).await?;
    Ok(before)
}

/// The entry that was just written.
async fn kept<C: Vocabulary>(conn: &mut PgConnection, code: &str) -> Result<Entry<C>, EditError> {
    one(conn, code).await?.ok_or(EditError::NotFound)
}

/// The first version of a new entry: one more than the last of an entry of that name which is gone.
async fn next_version<C: Vocabulary>(conn: &mut PgConnection, code: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(max(version), 0) + 1 AS "version!" FROM assortment_change WHERE kind = $1 AND code = $2"#,
        C::KIND.code(),
        code,
    )
    .fetch_one(conn)
    .await
}
