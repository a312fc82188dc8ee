use std::collections::HashMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::components::{component_ids, found};
use super::{ImportError, StockEntry};

/// Writes what lies on shelves that are new, with their first movements, and has availability computed anew. Answers how
/// many are.
pub(super) async fn write(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    entries: &[StockEntry],
) -> Result<u64, ImportError> {
    let skus: Vec<&str> = entries.iter().map(|e| &*e.sku).collect();
    let components = component_ids(conn, &skus).await?;
    let warehouses: HashMap<String, Uuid> = sqlx::query!("SELECT code, id FROM warehouse")
        .fetch_all(&mut *conn)
        .await?
        .into_iter()
        .map(|row| (row.code, row.id))
        .collect();
    let mut of_component = Vec::with_capacity(entries.len());
    let mut in_warehouse = Vec::with_capacity(entries.len());
    for entry in entries {
        let by = || format!("the shelf of {} in {}", entry.sku, entry.warehouse);
        of_component.push(found(&components, "component", &entry.sku, by)?);
        in_warehouse.push(found(&warehouses, "warehouse", &entry.warehouse, by)?);
    }
    let shelves: Vec<Option<&str>> = entries.iter().map(|e| e.shelf.as_deref()).collect();
    let on_hand: Vec<i64> = entries.iter().map(|e| e.on_hand).collect();
    let new = sqlx::query_scalar!(
        r#"WITH new AS (
               INSERT INTO stock (component_id, warehouse_id, shelf, on_hand, reserved)
               SELECT e.component_id, e.warehouse_id, e.shelf, e.on_hand, 0
               FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])
                    AS e (component_id, warehouse_id, shelf, on_hand)
               -- What employees have made an assembly of since lies on no shelf.
               JOIN component c ON c.id = e.component_id AND NOT c.assembly
               ON CONFLICT (component_id, warehouse_id) DO NOTHING
               RETURNING component_id, warehouse_id, on_hand
           ), journal AS (
               INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
               SELECT component_id, warehouse_id, 'import', on_hand, 0, $5 FROM new WHERE on_hand <> 0
           ), stale AS (
               INSERT INTO stale_component (component_id) SELECT DISTINCT component_id FROM new
           )
           SELECT count(*) AS "count!" FROM new"#,
        &of_component,
        &in_warehouse,
        &shelves as &[Option<&str>],
        &on_hand,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(new.cast_unsigned())
}
