use catalog_domain::Bill;
use contracts::catalog::{
    AssortmentKind, BillItem, ChangeAction, GivenDocument, Unit, UnitContent, UnitView, UsedBy,
};
use kernel::{Dimensions, ProductId, Text};
use pg::Pg;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::bill::{Composition, available, bill_lines};
use super::book::{Book, unsound};
use super::pricing::{pricing, reprice};
use super::share;
use super::unit_save::assess;
use crate::edit::{self, Cause, EditError, Editor, Versioned};
use crate::rows::money;

impl Versioned for Unit {
    const KIND: AssortmentKind = AssortmentKind::Product;

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

impl Versioned for UnitView {
    const KIND: AssortmentKind = AssortmentKind::Product;

    fn code(&self) -> String {
        self.unit.code()
    }

    fn version(&self) -> i64 {
        self.unit.version
    }

    fn is_deleted(&self) -> bool {
        self.unit.is_deleted()
    }
}

/// A unit as its editor shows it, deleted ones too; `None` when there is none. Four statements.
pub async fn unit(pg: &Pg, id: ProductId) -> Result<Option<UnitView>, EditError> {
    pg.read("unit", async |mut tx: pg::Tx| match find(&mut tx, id).await? {
        Some(unit) => view(&mut tx, unit).await.map(Some),
        None => Ok(None),
    })
    .await
}

/// A unit with its price and availability of this moment.
pub(super) async fn view(conn: &mut PgConnection, unit: Unit) -> Result<UnitView, EditError> {
    let book = Book::load(conn).await?;
    let composition = Composition::load(conn, &book, &unit.content.bill).await?;
    let bill = composition.explode(&bill_lines(&unit.content.bill))?;
    let UnitContent {
        category,
        price_by_hand,
        ..
    } = &unit.content;
    let pricing = pricing(&book, category, *price_by_hand, &bill, &composition);
    let available = available(conn, &bill).await?;
    Ok(UnitView {
        unit,
        pricing,
        available,
    })
}

pub(super) async fn find(conn: &mut PgConnection, id: ProductId) -> Result<Option<Unit>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT slug, name_ru, name_en, description_ru, description_en, category, color, material, height_mm,
                  width_mm, depth_mm, weight_g, properties, override_amount, override_currency, version, deleted_at,
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('component_id', b.component_id,
                       'quantity', b.quantity, 'required', b.required, 'substitutes', b.substitutes)
                       ORDER BY b.position), '[]')
                   FROM bill_line b WHERE b.product_id = p.id) AS "bill!: Json<Vec<BillItem>>",
                  ARRAY(SELECT i.media_key FROM product_image i WHERE i.product_id = p.id
                        ORDER BY i.position) AS "images!",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', d.kind,
                       'title', jsonb_build_object('ru', d.title_ru, 'en', d.title_en), 'key', d.document_key)
                       ORDER BY d.position), '[]')
                   FROM product_document d WHERE d.product_id = p.id) AS "documents!: Json<Vec<GivenDocument>>"
           FROM product p WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Unit {
        id,
        content: UnitContent {
            slug: row.slug,
            name: Text::new(row.name_ru, row.name_en),
            description: Text::new(row.description_ru, row.description_en),
            category: row.category,
            color: row.color,
            material: row.material,
            dimensions: Dimensions {
                height_mm: row.height_mm,
                width_mm: row.width_mm,
                depth_mm: row.depth_mm,
            },
            weight_g: row.weight_g,
            properties: serde_json::from_value(row.properties).map_err(unsound)?,
            price_by_hand: money(row.override_amount, row.override_currency.as_deref())?,
            bill: row.bill.0,
        },
        images: row.images,
        documents: row.documents.0,
        version: row.version,
        deleted_at: row.deleted_at,
    }))
}

/// The unit at the version that the caller knows, its row locked.
pub(super) async fn held(conn: &mut PgConnection, id: ProductId, base: i64) -> Result<Unit, EditError> {
    sqlx::query!(
        "SELECT id FROM product WHERE id = $1 FOR NO KEY UPDATE",
        id.uuid()
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(EditError::NotFound)?;
    // A statement of its own: it sees what whoever held the lock has written, lines too.
    let before = find(conn, id).await?.ok_or(EditError::NotFound)?;
    edit::expect(conn, &before, base).await?;
    Ok(before)
}

/// Marks version `base` of a unit as deleted: it is not sold any more, and orders still show it. Refused while a set
/// has it.
pub async fn delete_unit(pg: &Pg, editor: &Editor<'_>, id: ProductId, base: i64) -> Result<Unit, EditError> {
    pg.run("delete_unit", async |mut tx: pg::Tx| {
        share(&mut tx).await?;
        let before = held(&mut tx, id, base).await?;
        if before.deleted_at.is_some() {
            return Err(EditError::Deleted);
        }
        let (users, total) = sets_with(&mut tx, id.uuid()).await?;
        if total > 0 {
            return Err(EditError::InUse { users, total });
        }
        mark(&mut tx, editor, &before, ChangeAction::Delete).await
    })
    .await
}

/// Takes the mark of version `base` away; a unit that is not deleted stays as it is.
pub async fn restore_unit(pg: &Pg, editor: &Editor<'_>, id: ProductId, base: i64) -> Result<Unit, EditError> {
    pg.run("restore_unit", async |mut tx: pg::Tx| {
        share(&mut tx).await?;
        let before = held(&mut tx, id, base).await?;
        if before.deleted_at.is_none() {
            return Ok(before);
        }
        // What it refers to may have changed since, and its parts with it.
        let assessed = assess(&mut tx, &before.content).await?.accepted()?;
        write_parts(&mut tx, id.uuid(), &assessed.bill).await?;
        mark(&mut tx, editor, &before, ChangeAction::Restore).await
    })
    .await
}

async fn mark(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    before: &Unit,
    action: ChangeAction,
) -> Result<Unit, EditError> {
    let now = editor.clock.now();
    let deleted_at = (action == ChangeAction::Delete).then_some(now);
    sqlx::query!(
        "UPDATE product SET deleted_at = $2, updated_at = $3, version = version + 1 WHERE id = $1",
        before.id.uuid(),
        deleted_at,
        now,
    )
    .execute(&mut *conn)
    .await?;
    derive(conn, before.id.uuid()).await?;
    let after = Unit {
        deleted_at,
        version: before.version + 1,
        ..before.clone()
    };
    editor
        .record(conn, action, Some(before), &after, &Cause::Call)
        .await?;
    Ok(after)
}

/// Computes the price of a unit whose parts are written, and queues what is computed later.
pub(super) async fn derive(conn: &mut PgConnection, unit: Uuid) -> Result<(), sqlx::Error> {
    reprice(conn, &[unit]).await?;
    sqlx::query!(
        "WITH list AS (INSERT INTO stale_product (product_id) VALUES ($1))
         INSERT INTO stale_unit (product_id) VALUES ($1)",
        unit,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a bill that is multiplied out. Two statements.
pub(crate) async fn write_parts(conn: &mut PgConnection, unit: Uuid, bill: &Bill) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM product_part WHERE product_id = $1", unit)
        .execute(&mut *conn)
        .await?;
    crate::explode::insert_parts(conn, [(unit, bill)]).await
}

/// Sets that have a unit.
async fn sets_with(conn: &mut PgConnection, unit: Uuid) -> Result<(Vec<UsedBy>, i64), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.name_ru, s.name_en, count(*) OVER () AS "total!"
           FROM product_set_unit u JOIN product_set s ON s.id = u.set_id
           WHERE u.product_id = $1 AND s.deleted_at IS NULL
           ORDER BY s.id LIMIT 20"#,
        unit,
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let users = rows.into_iter().map(|row| UsedBy {
        kind: AssortmentKind::Set,
        code: row.id.to_string(),
        name: Text::new(row.name_ru, row.name_en),
    });
    Ok((users.collect(), total))
}
