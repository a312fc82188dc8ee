use std::collections::HashMap;

use kernel::{Clock, ComponentId};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{ComponentEntry, ImportError, StockEntry};

/// Writes components. Answers how many are new or have changed.
pub(super) async fn write(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[ComponentEntry],
) -> Result<u64, ImportError> {
    let ids: Vec<Uuid> = entries.iter().map(|_| ComponentId::new(clock).uuid()).collect();
    let skus: Vec<&str> = entries.iter().map(|e| &*e.sku).collect();
    let ru: Vec<&str> = entries.iter().map(|e| &*e.name.ru).collect();
    let en: Vec<&str> = entries.iter().map(|e| &*e.name.en).collect();
    let kinds: Vec<&str> = entries.iter().map(|e| &*e.kind).collect();
    let colors: Vec<Option<&str>> = entries.iter().map(|e| e.color.as_deref()).collect();
    let materials: Vec<Option<&str>> = entries.iter().map(|e| e.material.as_deref()).collect();
    let heights: Vec<i32> = entries.iter().map(|e| e.dimensions.height_mm).collect();
    let widths: Vec<i32> = entries.iter().map(|e| e.dimensions.width_mm).collect();
    let depths: Vec<i32> = entries.iter().map(|e| e.dimensions.depth_mm).collect();
    let costs: Vec<Option<i64>> = entries.iter().map(|e| e.cost.map(|cost| cost.amount)).collect();
    let currencies: Vec<Option<&str>> = entries
        .iter()
        .map(|e| e.cost.map(|cost| cost.currency.code()))
        .collect();
    let written = sqlx::query!(
        "INSERT INTO component AS t
             (id, sku, name_ru, name_en, kind, color, material, height_mm, width_mm, depth_mm,
              cost_amount, cost_currency)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::integer[], $9::integer[], $10::integer[], $11::bigint[], $12::text[])
         ON CONFLICT (sku) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, kind = EXCLUDED.kind,
             color = EXCLUDED.color, material = EXCLUDED.material, height_mm = EXCLUDED.height_mm,
             width_mm = EXCLUDED.width_mm, depth_mm = EXCLUDED.depth_mm, cost_amount = EXCLUDED.cost_amount,
             cost_currency = EXCLUDED.cost_currency
         WHERE (t.name_ru, t.name_en, t.kind, t.color, t.material, t.height_mm, t.width_mm, t.depth_mm,
                t.cost_amount, t.cost_currency)
               IS DISTINCT FROM
               (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.kind, EXCLUDED.color, EXCLUDED.material,
                EXCLUDED.height_mm, EXCLUDED.width_mm, EXCLUDED.depth_mm, EXCLUDED.cost_amount,
                EXCLUDED.cost_currency)",
        &ids,
        &skus as &[&str],
        &ru as &[&str],
        &en as &[&str],
        &kinds as &[&str],
        &colors as &[Option<&str>],
        &materials as &[Option<&str>],
        &heights,
        &widths,
        &depths,
        &costs as &[Option<i64>],
        &currencies as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected())
}

/// Writes what lies on shelves that are new, with their first movements. Answers how many are.
pub(super) async fn stock(
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
               SELECT e.*, 0 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[]) AS e
               ON CONFLICT (component_id, warehouse_id) DO NOTHING
               RETURNING component_id, warehouse_id, on_hand
           ), journal AS (
               INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
               SELECT component_id, warehouse_id, 'import', on_hand, 0, $5 FROM new WHERE on_hand <> 0
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

/// The ids of components by article number; unknown ones are missing.
pub(super) async fn component_ids(
    conn: &mut PgConnection,
    skus: &[&str],
) -> Result<HashMap<String, Uuid>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT sku, id FROM component WHERE sku = ANY($1)",
        skus as &[&str],
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku, row.id)).collect())
}

/// The id of what an entry names.
pub(super) fn found(
    ids: &HashMap<String, Uuid>,
    kind: &'static str,
    key: &str,
    by: impl FnOnce() -> String,
) -> Result<Uuid, ImportError> {
    ids.get(key).copied().ok_or_else(|| ImportError::Unknown {
        by: by(),
        kind,
        key: key.to_owned(),
    })
}
