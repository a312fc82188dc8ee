use contracts::catalog::{AssortmentKind, BillItem, ChangeAction, Component, ComponentContent, UsedBy};
use kernel::{ComponentId, Dimensions, Text};
use pg::Pg;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::component_save::check;
use super::hold;
use crate::edit::{self, Cause, EditError, Editor, Versioned};
use crate::rows::{money, unexpected};

impl Versioned for Component {
    const KIND: AssortmentKind = AssortmentKind::Component;

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

/// A component, deleted ones too; `None` when there is none. One statement.
pub async fn component(pg: &Pg, id: ComponentId) -> Result<Option<Component>, sqlx::Error> {
    pg.read("component", async |mut tx: pg::Tx| find(&mut tx, id).await)
        .await
}

pub(super) async fn find(conn: &mut PgConnection, id: ComponentId) -> Result<Option<Component>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT sku, name_ru, name_en, kind, color, material, height_mm, width_mm, depth_mm, cost_amount,
                  cost_currency, properties, version, deleted_at,
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('component_id', a.component_id,
                       'quantity', a.quantity, 'required', a.required, 'substitutes', a.substitutes)
                       ORDER BY a.position), '[]')
                   FROM assembly_line a WHERE a.assembly_id = c.id) AS "lines!: Json<Vec<BillItem>>"
           FROM component c WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Component {
        id,
        content: ComponentContent {
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            kind: row.kind,
            color: row.color,
            material: row.material,
            dimensions: Dimensions {
                height_mm: row.height_mm,
                width_mm: row.width_mm,
                depth_mm: row.depth_mm,
            },
            cost: money(row.cost_amount, row.cost_currency.as_deref())?,
            properties: serde_json::from_value(row.properties).map_err(super::book::unsound)?,
            lines: row.lines.0,
        },
        version: row.version,
        deleted_at: row.deleted_at,
    }))
}

/// The component at the version that the caller knows, with the bills held.
pub(super) async fn held(
    conn: &mut PgConnection,
    id: ComponentId,
    base: i64,
) -> Result<Component, EditError> {
    let before = find(conn, id).await?.ok_or(EditError::NotFound)?;
    edit::expect(conn, &before, base).await?;
    Ok(before)
}

/// Marks version `base` of a component as deleted; refused while a bill names it or it lies on a shelf.
pub async fn delete_component(
    pg: &Pg,
    editor: &Editor<'_>,
    id: ComponentId,
    base: i64,
) -> Result<Component, EditError> {
    pg.run("delete_component", async |mut tx: pg::Tx| {
        hold(&mut tx).await?;
        let before = held(&mut tx, id, base).await?;
        if before.deleted_at.is_some() {
            return Err(EditError::Deleted);
        }
        let (users, total) = users(&mut tx, id).await?;
        if total > 0 {
            return Err(EditError::InUse { users, total });
        }
        mark(&mut tx, editor, &before, ChangeAction::Delete).await
    })
    .await
}

/// Takes the mark of version `base` away; a component that is not deleted stays as it is.
pub async fn restore_component(
    pg: &Pg,
    editor: &Editor<'_>,
    id: ComponentId,
    base: i64,
) -> Result<Component, EditError> {
    pg.run("restore_component", async |mut tx: pg::Tx| {
        hold(&mut tx).await?;
        let before = held(&mut tx, id, base).await?;
        if before.deleted_at.is_none() {
            return Ok(before);
        }
        // What it refers to may have been deleted since.
        check(&mut tx, id, None, &before.content).await?;
        mark(&mut tx, editor, &before, ChangeAction::Restore).await
    })
    .await
}

async fn mark(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    before: &Component,
    action: ChangeAction,
) -> Result<Component, EditError> {
    let deleted_at = (action == ChangeAction::Delete).then(|| editor.clock.now());
    sqlx::query!(
        "UPDATE component SET deleted_at = $2, version = version + 1 WHERE id = $1",
        before.id.uuid(),
        deleted_at,
    )
    .execute(&mut *conn)
    .await?;
    let after = Component {
        deleted_at,
        version: before.version + 1,
        ..before.clone()
    };
    editor
        .record(conn, action, Some(before), &after, &Cause::Call)
        .await?;
    Ok(after)
}

/// Who needs a component: bills of units and assemblies that name it, also as a substitute, and shelves it lies on.
async fn users(conn: &mut PgConnection, id: ComponentId) -> Result<(Vec<UsedBy>, i64), sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH users AS (
               SELECT 'product' AS kind, p.id::text AS code, p.name_ru, p.name_en
               FROM product p WHERE p.deleted_at IS NULL AND p.id IN (
                   SELECT product_id FROM bill_line WHERE component_id = $1
                   UNION SELECT product_id FROM bill_line WHERE substitutes <> '{}' AND substitutes @> ARRAY[$1])
               UNION ALL
               SELECT 'component', c.id::text, c.name_ru, c.name_en
               FROM component c WHERE c.deleted_at IS NULL AND c.id IN (
                   SELECT assembly_id FROM assembly_line WHERE component_id = $1
                   UNION SELECT assembly_id FROM assembly_line WHERE substitutes <> '{}' AND substitutes @> ARRAY[$1])
               UNION ALL
               SELECT 'warehouse', w.code, w.name_ru, w.name_en
               FROM stock s JOIN warehouse w ON w.id = s.warehouse_id WHERE s.component_id = $1 AND s.on_hand > 0
           )
           SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                  count(*) OVER () AS "total!"
           FROM users ORDER BY kind, code LIMIT 20"#,
        id.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let named = rows.into_iter().map(|row| {
        Ok(UsedBy {
            kind: user_kind(&row.kind)?,
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
        })
    });
    Ok((named.collect::<Result<_, sqlx::Error>>()?, total))
}

/// Bills in which a component is a substitute or has some: it cannot become an assembly then.
pub(super) async fn in_substitution(
    conn: &mut PgConnection,
    id: Uuid,
) -> Result<(Vec<UsedBy>, i64), sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH users AS (
               SELECT 'product' AS kind, p.id::text AS code, p.name_ru, p.name_en
               FROM product p WHERE p.deleted_at IS NULL AND p.id IN (
                   SELECT product_id FROM bill_line WHERE component_id = $1 AND substitutes <> '{}'
                   UNION SELECT product_id FROM bill_line WHERE substitutes <> '{}' AND substitutes @> ARRAY[$1])
               UNION ALL
               SELECT 'component', c.id::text, c.name_ru, c.name_en
               FROM component c WHERE c.deleted_at IS NULL AND c.id IN (
                   SELECT assembly_id FROM assembly_line WHERE component_id = $1 AND substitutes <> '{}'
                   UNION SELECT assembly_id FROM assembly_line WHERE substitutes <> '{}' AND substitutes @> ARRAY[$1])
           )
           SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                  count(*) OVER () AS "total!"
           FROM users ORDER BY kind, code LIMIT 20"#,
        id,
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let named = rows.into_iter().map(|row| {
        Ok(UsedBy {
            kind: user_kind(&row.kind)?,
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
        })
    });
    Ok((named.collect::<Result<_, sqlx::Error>>()?, total))
}

fn user_kind(code: &str) -> Result<AssortmentKind, sqlx::Error> {
    use AssortmentKind::{Component, Product, Set, Warehouse};
    [Component, Product, Set, Warehouse]
        .into_iter()
        .find(|kind| kind.code() == code)
        .ok_or_else(|| unexpected("a user's kind", code))
}
