use std::collections::HashMap;

use contracts::catalog::{AssortmentKind, BillItem, ComponentContent};
use kernel::{Clock, ComponentId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::bills::{self, Bills};
use super::{ComponentEntry, ImportError, properties};
use crate::assortment::check_components;

/// What became of components.
pub(super) struct Written {
    /// How many are new or have changed.
    pub count: u64,
    /// Those of them whose cost or lines may be others now.
    pub changed: Vec<Uuid>,
}

/// Writes components, those that are assemblies with their lines.
pub(super) async fn write(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[ComponentEntry],
) -> Result<Written, ImportError> {
    let entries = unedited(conn, entries).await?;
    let mut changed = upsert(conn, clock, &entries).await?;
    let named = entries.iter().flat_map(|entry| {
        let lines = entry.lines.iter();
        let of_lines = lines.flat_map(|line| std::iter::once(&line.sku).chain(&line.substitutes));
        std::iter::once(&entry.sku).chain(of_lines)
    });
    let named: Vec<&str> = named.map(String::as_str).collect();
    let ids = component_ids(conn, &named).await?;
    let mut assemblies = Bills::new();
    for entry in entries.iter().filter(|entry| !entry.lines.is_empty()) {
        assemblies.insert(ids[&entry.sku], bills::items(&entry.lines, &entry.sku, &ids)?);
    }
    changed.extend(bills::of_assemblies(conn, &assemblies).await?);
    changed.sort_unstable();
    changed.dedup();
    let contents = entries.iter().filter_map(|entry| {
        let id = ids[&entry.sku];
        changed.binary_search(&id).ok()?;
        let lines = assemblies.get(&id).cloned().unwrap_or_default();
        Some((id.into(), content(entry, lines)))
    });
    let contents: Vec<(ComponentId, ComponentContent)> = contents.collect();
    if let Some((sku, error)) = check_components(conn, &contents).await? {
        return Err(ImportError::unfit(AssortmentKind::Component, &sku, error));
    }
    Ok(Written {
        count: u64::try_from(changed.len()).unwrap_or(u64::MAX),
        changed,
    })
}

/// Those that employees have not edited. Refuses to make an assembly of a plain component, or the other way round: where
/// it lies on shelves, or is a substitute, it would break what is there.
async fn unedited<'a>(
    conn: &mut PgConnection,
    entries: &'a [ComponentEntry],
) -> Result<Vec<&'a ComponentEntry>, ImportError> {
    let skus: Vec<&str> = entries.iter().map(|e| &*e.sku).collect();
    let ids = component_ids(&mut *conn, &skus).await?;
    let known: Vec<Uuid> = ids.values().copied().collect();
    let known = sqlx::query!(
        "SELECT id, assembly, version FROM component WHERE id = ANY($1)",
        &known,
    )
    .fetch_all(conn)
    .await?;
    let known: HashMap<Uuid, (bool, i64)> = known
        .into_iter()
        .map(|row| (row.id, (row.assembly, row.version)))
        .collect();
    let mut unedited = Vec::with_capacity(entries.len());
    for entry in entries {
        match ids.get(&entry.sku).and_then(|id| known.get(id)) {
            Some((_, version)) if *version > 1 => {}
            Some((assembly, _)) if *assembly == entry.lines.is_empty() => {
                return Err(ImportError::Unfit {
                    kind: AssortmentKind::Component.code(),
                    key: entry.sku.clone(),
                    why: "a plain component does not become an assembly, nor the other way round".to_owned(),
                });
            }
            _ => unedited.push(entry),
        }
    }
    Ok(unedited)
}

/// Answers the ids of those that are new or have changed.
async fn upsert(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[&ComponentEntry],
) -> Result<Vec<Uuid>, ImportError> {
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
    let assemblies: Vec<bool> = entries.iter().map(|e| !e.lines.is_empty()).collect();
    let values: Vec<serde_json::Value> = entries.iter().map(|e| properties(&e.properties)).collect();
    let written = sqlx::query_scalar!(
        "INSERT INTO component AS t
             (id, sku, name_ru, name_en, kind, color, material, height_mm, width_mm, depth_mm,
              cost_amount, cost_currency, assembly, properties)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::integer[], $9::integer[], $10::integer[], $11::bigint[], $12::text[],
                              $13::boolean[], $14::jsonb[])
         ON CONFLICT (sku) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, kind = EXCLUDED.kind,
             color = EXCLUDED.color, material = EXCLUDED.material, height_mm = EXCLUDED.height_mm,
             width_mm = EXCLUDED.width_mm, depth_mm = EXCLUDED.depth_mm, cost_amount = EXCLUDED.cost_amount,
             cost_currency = EXCLUDED.cost_currency, properties = EXCLUDED.properties
         WHERE (t.name_ru, t.name_en, t.kind, t.color, t.material, t.height_mm, t.width_mm, t.depth_mm,
                t.cost_amount, t.cost_currency, t.properties)
               IS DISTINCT FROM
               (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.kind, EXCLUDED.color, EXCLUDED.material,
                EXCLUDED.height_mm, EXCLUDED.width_mm, EXCLUDED.depth_mm, EXCLUDED.cost_amount,
                EXCLUDED.cost_currency, EXCLUDED.properties)
         RETURNING id",
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
        &assemblies,
        &values,
    )
    .fetch_all(conn)
    .await?;
    Ok(written)
}

fn content(entry: &ComponentEntry, lines: Vec<BillItem>) -> ComponentContent {
    ComponentContent {
        sku: entry.sku.clone(),
        name: entry.name.clone(),
        kind: entry.kind.clone(),
        color: entry.color.clone(),
        material: entry.material.clone(),
        dimensions: entry.dimensions,
        cost: entry.cost,
        properties: entry.properties.clone(),
        lines,
    }
}

/// The ids of components by article number, the one that it had before employees changed it, too; unknown ones are
/// missing.
pub(super) async fn component_ids(
    conn: &mut PgConnection,
    skus: &[&str],
) -> Result<HashMap<String, Uuid>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT sku AS "sku!", id AS "id!" FROM component WHERE sku = ANY($1)
           UNION ALL
           SELECT DISTINCT a.entity ->> 'sku', a.code::uuid FROM assortment_change a
           WHERE a.kind = 'component' AND a.entity ->> 'sku' = ANY($1)
             AND NOT EXISTS (SELECT FROM component c WHERE c.sku = a.entity ->> 'sku')"#,
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
