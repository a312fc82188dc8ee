use contracts::catalog::{ChangeAction, GivenDocument, Unit};
use kernel::ProductId;
use pg::Pg;
use sqlx::PgConnection;

use super::units::{find, held};
use crate::edit::{Cause, EditError, Editor, Fault};

/// Gives version `base` of a unit these pictures, in this order, instead of those it has.
pub async fn set_unit_images(
    pg: &Pg,
    editor: &Editor<'_>,
    id: ProductId,
    base: i64,
    keys: &[String],
) -> Result<Unit, EditError> {
    pg.run("set_unit_images", async |mut tx: pg::Tx| {
        let before = sold(&mut tx, id, base).await?;
        let known = sqlx::query_scalar!("SELECT key FROM media WHERE key = ANY($1)", keys)
            .fetch_all(&mut *tx)
            .await?;
        all_known(keys, &known, |at| format!("keys[{at}]"))?;
        sqlx::query!("DELETE FROM product_image WHERE product_id = $1", id.uuid())
            .execute(&mut *tx)
            .await?;
        sqlx::query!(
            "INSERT INTO product_image (product_id, position, media_key)
             SELECT $1, (e.n - 1)::integer, e.key FROM unnest($2::text[]) WITH ORDINALITY AS e (key, n)",
            id.uuid(),
            keys,
        )
        .execute(&mut *tx)
        .await?;
        changed(&mut tx, editor, &before).await
    })
    .await
}

/// Gives version `base` of a unit these documents, in this order, instead of those it has.
pub async fn set_unit_documents(
    pg: &Pg,
    editor: &Editor<'_>,
    id: ProductId,
    base: i64,
    documents: &[GivenDocument],
) -> Result<Unit, EditError> {
    let keys: Vec<String> = documents.iter().map(|d| d.key.clone()).collect();
    let kinds: Vec<&str> = documents.iter().map(|d| d.kind.code()).collect();
    let ru: Vec<&str> = documents.iter().map(|d| &*d.title.ru).collect();
    let en: Vec<&str> = documents.iter().map(|d| &*d.title.en).collect();
    pg.run("set_unit_documents", async |mut tx: pg::Tx| {
        let before = sold(&mut tx, id, base).await?;
        let known = sqlx::query_scalar!("SELECT key FROM document WHERE key = ANY($1)", &keys)
            .fetch_all(&mut *tx)
            .await?;
        all_known(&keys, &known, |at| format!("documents[{at}].key"))?;
        sqlx::query!("DELETE FROM product_document WHERE product_id = $1", id.uuid())
            .execute(&mut *tx)
            .await?;
        sqlx::query!(
            "INSERT INTO product_document (product_id, position, document_key, kind, title_ru, title_en)
             SELECT $1, (e.n - 1)::integer, e.key, e.kind, e.ru, e.en
             FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS e (key, kind, ru, en, n)",
            id.uuid(),
            &keys,
            &kinds as &[&str],
            &ru as &[&str],
            &en as &[&str],
        )
        .execute(&mut *tx)
        .await?;
        changed(&mut tx, editor, &before).await
    })
    .await
}

/// The unit at the version that the caller knows, its row locked, if it is not deleted.
async fn sold(conn: &mut PgConnection, id: ProductId, base: i64) -> Result<Unit, EditError> {
    let unit = held(conn, id, base).await?;
    if unit.deleted_at.is_some() {
        return Err(EditError::Deleted);
    }
    Ok(unit)
}

fn all_known(keys: &[String], known: &[String], field: impl Fn(usize) -> String) -> Result<(), EditError> {
    let unknown = keys.iter().enumerate().filter(|(_, key)| !known.contains(key));
    let faults: Vec<Fault> = unknown.map(|(at, _)| Fault::unknown(field(at))).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(EditError::Invalid(faults))
    }
}

/// Counts the version up, has lists know, and notes the change.
async fn changed(conn: &mut PgConnection, editor: &Editor<'_>, before: &Unit) -> Result<Unit, EditError> {
    sqlx::query!(
        "WITH list AS (INSERT INTO stale_product (product_id) VALUES ($1))
         UPDATE product SET version = version + 1, updated_at = $2 WHERE id = $1",
        before.id.uuid(),
        editor.clock.now(),
    )
    .execute(&mut *conn)
    .await?;
    let after = find(conn, before.id).await?.ok_or(EditError::NotFound)?;
    editor
        .record(conn, ChangeAction::Change, Some(before), &after, &Cause::Call)
        .await?;
    Ok(after)
}
