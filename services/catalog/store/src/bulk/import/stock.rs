use contracts::catalog::{AssortmentKind, StockLevelRow};
use kernel::Text;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{BulkError, Imported, RowFaults, form};
use crate::edit::Editor;

impl Imported for StockLevelRow {
    const KIND: AssortmentKind = AssortmentKind::Component;

    fn key(&self) -> String {
        format!("{}\n{}", self.sku, self.warehouse)
    }

    fn check_form(&self, line: i64, faults: &mut RowFaults) {
        if let Some(shelf) = &self.shelf {
            form::text(line, "shelf", shelf, 40, faults);
        }
        if !(0..=1_000_000_000).contains(&self.on_hand) {
            let message = Text::new("от 0 до 1 000 000 000", "0 to 1,000,000,000");
            faults.push(line, "on_hand", "range", message);
        }
    }

    async fn merge(
        conn: &mut PgConnection,
        run: Uuid,
        editor: &Editor<'_>,
        faults: &mut RowFaults,
    ) -> Result<(i64, i64), BulkError> {
        // Shelves that are new come to be empty, so that all of them can be locked.
        let created = sqlx::query!(
            "INSERT INTO stock (component_id, warehouse_id, on_hand, reserved)
             SELECT c.id, w.id, 0, 0
             FROM import_row r
             JOIN component c ON c.sku = r.data ->> 'sku' AND c.deleted_at IS NULL AND NOT c.assembly
             JOIN warehouse w ON w.code = r.data ->> 'warehouse' AND w.deleted_at IS NULL
             WHERE r.run = $1
             ON CONFLICT (component_id, warehouse_id) DO NOTHING",
            run,
        )
        .execute(&mut *conn)
        .await?
        .rows_affected();
        // In the order in which reservations lock them.
        sqlx::query!(
            "SELECT FROM stock s
             WHERE (s.component_id, s.warehouse_id) IN (
                 SELECT c.id, w.id FROM import_row r
                 JOIN component c ON c.sku = r.data ->> 'sku'
                 JOIN warehouse w ON w.code = r.data ->> 'warehouse'
                 WHERE r.run = $1)
             ORDER BY s.component_id, s.warehouse_id
             FOR NO KEY UPDATE",
            run,
        )
        .execute(&mut *conn)
        .await?;
        check(conn, run, faults).await?;
        if faults.total > 0 {
            return Ok((0, 0));
        }
        let changed = sqlx::query_scalar!(
            r#"WITH wanted AS MATERIALIZED (
                   SELECT s.component_id, s.warehouse_id, (r.data ->> 'on_hand')::bigint AS on_hand,
                          r.data ->> 'shelf' AS shelf, (r.data ->> 'on_hand')::bigint - s.on_hand AS delta,
                          r.data ->> 'shelf' IS DISTINCT FROM s.shelf AS moved
                   FROM import_row r
                   JOIN component c ON c.sku = r.data ->> 'sku'
                   JOIN warehouse w ON w.code = r.data ->> 'warehouse'
                   JOIN stock s ON s.component_id = c.id AND s.warehouse_id = w.id
                   WHERE r.run = $1
               ), written AS (
                   UPDATE stock s SET on_hand = w.on_hand, shelf = w.shelf
                   FROM wanted w
                   WHERE s.component_id = w.component_id AND s.warehouse_id = w.warehouse_id
                     AND (w.delta <> 0 OR w.moved)
                   RETURNING s.component_id
               ), journal AS (
                   INSERT INTO stock_movement
                       (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, actor, at)
                   SELECT component_id, warehouse_id, 'import', delta, 0, $2, $3 FROM wanted WHERE delta <> 0
               ), stale AS (
                   INSERT INTO stale_component (component_id) SELECT DISTINCT component_id FROM wanted WHERE delta <> 0
               )
               SELECT count(*) AS "count!" FROM written"#,
            run,
            editor.actor,
            editor.clock.now(),
        )
        .fetch_one(conn)
        .await?;
        let created = created.cast_signed();
        Ok((created, (changed - created).max(0)))
    }
}

async fn check(conn: &mut PgConnection, run: Uuid, faults: &mut RowFaults) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT * FROM (
               SELECT r.line, c.id IS NOT NULL AS "component!", coalesce(c.assembly, false) AS "assembly!",
                      w.id IS NOT NULL AS "warehouse!",
                      CASE WHEN (r.data ->> 'on_hand')::bigint < s.reserved THEN s.reserved END AS reserved
               FROM import_row r
               LEFT JOIN component c ON c.sku = r.data ->> 'sku' AND c.deleted_at IS NULL
               LEFT JOIN warehouse w ON w.code = r.data ->> 'warehouse' AND w.deleted_at IS NULL
               LEFT JOIN stock s ON s.component_id = c.id AND s.warehouse_id = w.id
               WHERE r.run = $1
           ) r
           WHERE NOT "component!" OR "assembly!" OR NOT "warehouse!" OR reserved IS NOT NULL
           ORDER BY line"#,
        run,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if !row.component {
            faults.unknown(row.line, "sku");
        }
        if row.assembly {
            let message = Text::new("узлы не лежат на складе", "assemblies lie on no shelf");
            faults.push(row.line, "sku", "assembly", message);
        }
        if !row.warehouse {
            faults.unknown(row.line, "warehouse");
        }
        if let Some(reserved) = row.reserved {
            let message = Text::new(
                format!("под заказы отложено {reserved}"),
                format!("{reserved} are held for orders"),
            );
            faults.push(row.line, "on_hand", "below_reserved", message);
        }
    }
    Ok(())
}
