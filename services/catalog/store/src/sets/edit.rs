use contracts::catalog::{AssortmentKind, ChangeAction, SetContent, SetEntry};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::{entry, entry_of};
use super::fit::check;
use crate::edit::{self, Cause, EditError, Editor, Fault, Versioned};
use crate::vocabulary::share;

impl Versioned for SetEntry {
    const KIND: AssortmentKind = AssortmentKind::Set;

    fn code(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// Makes a set, once for each of the employee's keys. Units that do not fit it are refused, each with its reasons.
pub async fn create_set(
    pg: &Pg,
    editor: &Editor<'_>,
    key: &str,
    content: &SetContent,
) -> Result<SetEntry, EditError> {
    let cause = Cause::creation(AssortmentKind::Set, key, content);
    pg.run("create_set", async |mut tx: pg::Tx| {
        if let Some(code) = editor.created_before(&mut tx, &cause).await? {
            return entry_of(&mut tx, &code).await?.ok_or(EditError::NotFound);
        }
        share(&mut tx).await?;
        check(&mut tx, content).await?;
        let id = insert(&mut tx, editor, content).await?;
        let after = kept(&mut tx, id).await?;
        editor
            .record(&mut tx, ChangeAction::Create, None, &after, &cause)
            .await?;
        Ok(after)
    })
    .await
}

/// Changes version `base` of a set.
pub async fn change_set(
    pg: &Pg,
    editor: &Editor<'_>,
    id: Uuid,
    base: i64,
    content: &SetContent,
) -> Result<SetEntry, EditError> {
    pg.run("change_set", async |mut tx: pg::Tx| {
        share(&mut tx).await?;
        let before = held(&mut tx, id, base).await?;
        if before.is_deleted() {
            return Err(EditError::Deleted);
        }
        check(&mut tx, content).await?;
        write(&mut tx, editor, id, content, base + 1).await?;
        let after = kept(&mut tx, id).await?;
        editor
            .record(&mut tx, ChangeAction::Change, Some(&before), &after, &Cause::Call)
            .await?;
        Ok(after)
    })
    .await
}

/// Marks version `base` of a set as deleted.
pub async fn delete_set(pg: &Pg, editor: &Editor<'_>, id: Uuid, base: i64) -> Result<SetEntry, EditError> {
    pg.run("delete_set", async |mut tx: pg::Tx| {
        let before = held(&mut tx, id, base).await?;
        if before.is_deleted() {
            return Err(EditError::Deleted);
        }
        sqlx::query!(
            "UPDATE product_set SET version = version + 1, updated_at = $2, deleted_at = $2 WHERE id = $1",
            id,
            editor.clock.now(),
        )
        .execute(&mut *tx)
        .await?;
        let after = kept(&mut tx, id).await?;
        editor
            .record(&mut tx, ChangeAction::Delete, Some(&before), &after, &Cause::Call)
            .await?;
        Ok(after)
    })
    .await
}

/// Takes the mark of version `base` away; a set that is not deleted stays as it is. Refused when its units, or what
/// it refers to, do not fit any more.
pub async fn restore_set(pg: &Pg, editor: &Editor<'_>, id: Uuid, base: i64) -> Result<SetEntry, EditError> {
    pg.run("restore_set", async |mut tx: pg::Tx| {
        share(&mut tx).await?;
        let before = held(&mut tx, id, base).await?;
        if !before.is_deleted() {
            return Ok(before);
        }
        check(&mut tx, &before.content).await?;
        write(&mut tx, editor, id, &before.content, base + 1).await?;
        let after = kept(&mut tx, id).await?;
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

/// The set at the version that the caller knows, with its row locked.
async fn held(conn: &mut PgConnection, id: Uuid, base: i64) -> Result<SetEntry, EditError> {
    sqlx::query_scalar!("SELECT id FROM product_set WHERE id = $1 FOR NO KEY UPDATE", id)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(EditError::NotFound)?;
    // A statement of its own: it sees the units as whoever held the lock before left them.
    let before = kept(conn, id).await?;
    edit::expect(conn, &before, base).await?;
    Ok(before)
}

async fn kept(conn: &mut PgConnection, id: Uuid) -> Result<SetEntry, EditError> {
    entry(conn, id).await?.ok_or(EditError::NotFound)
}

/// Writes a set that is new. Answers its id.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    content: &SetContent,
) -> Result<Uuid, EditError> {
    let id = kernel::EventId::new(editor.clock).uuid();
    sqlx::query!(
        "INSERT INTO product_set (id, external_id, kind, name_ru, name_en, description_ru, description_en, color,
                                  material, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        content.external_id,
        content.kind,
        content.name.ru,
        content.name.en,
        content.description.ru,
        content.description.en,
        content.color,
        content.material,
        editor.clock.now(),
    )
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    write_units(conn, id, content).await?;
    Ok(id)
}

/// Writes a set that exists with its version, not deleted.
pub(crate) async fn write(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    id: Uuid,
    content: &SetContent,
    version: i64,
) -> Result<(), EditError> {
    sqlx::query!(
        "UPDATE product_set
         SET external_id = $2, kind = $3, name_ru = $4, name_en = $5, description_ru = $6, description_en = $7,
             color = $8, material = $9, updated_at = $10, version = $11, deleted_at = NULL
         WHERE id = $1",
        id,
        content.external_id,
        content.kind,
        content.name.ru,
        content.name.en,
        content.description.ru,
        content.description.en,
        content.color,
        content.material,
        editor.clock.now(),
        version,
    )
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    sqlx::query!("DELETE FROM product_set_unit WHERE set_id = $1", id)
        .execute(&mut *conn)
        .await?;
    write_units(conn, id, content).await
}

async fn write_units(conn: &mut PgConnection, id: Uuid, content: &SetContent) -> Result<(), EditError> {
    let products: Vec<Uuid> = content.units.iter().map(|unit| unit.product_id.uuid()).collect();
    let quantities: Vec<i64> = content.units.iter().map(|unit| unit.quantity).collect();
    sqlx::query!(
        "INSERT INTO product_set_unit (set_id, product_id, quantity, position)
         SELECT $1, product_id, quantity, position
         FROM unnest($2::uuid[], $3::bigint[]) WITH ORDINALITY AS u (product_id, quantity, position)",
        id,
        &products,
        &quantities,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The one rule of the table that only the database can hold.
fn taken(error: sqlx::Error) -> EditError {
    if pg::constraint(&error) == Some("product_set_external_id_key") {
        Fault::taken("external_id").into()
    } else {
        error.into()
    }
}
