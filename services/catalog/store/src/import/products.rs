use std::collections::{BTreeSet, HashMap, HashSet};

use contracts::catalog::{AssortmentKind, BillItem, UnitContent};
use kernel::{Clock, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::bills::{self, Bills};
use super::components::{component_ids, found};
use super::{ImportError, ProductEntry, properties};
use crate::assortment::{check_units, reprice};
use crate::explode::explode;

/// What became of units.
pub(super) struct Written {
    /// How many are new or have changed, their prices, bills and pictures apart.
    pub count: u64,
    /// Prices that were set or have changed.
    pub prices: u64,
}

/// Writes units with their bills, pictures and prices; computes anew what is built of the components that have changed.
pub(super) async fn write(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[ProductEntry],
    components: &[Uuid],
) -> Result<Written, ImportError> {
    let entries = unedited(conn, entries).await?;
    let written = upsert(conn, clock, &entries).await?;
    let ids = product_ids(conn, entries.iter().map(|e| &*e.slug)).await?;
    let bills = bills(conn, &entries, &ids).await?;
    let rebuilt = bills::of_units(conn, &bills).await?;
    images(conn, &ids, &entries).await?;
    let changed: BTreeSet<Uuid> = written.iter().chain(&rebuilt).copied().collect();
    let contents: Vec<UnitContent> = entries
        .iter()
        .filter(|entry| changed.contains(&ids[&entry.slug]))
        .map(|entry| content(entry, bills[&ids[&entry.slug]].clone()))
        .collect();
    if let Some((slug, error)) = check_units(conn, &contents).await? {
        return Err(ImportError::unfit(AssortmentKind::Product, &slug, error));
    }
    let mut concerned = built_of(conn, components).await?;
    concerned.extend(changed);
    concerned.sort_unstable();
    concerned.dedup();
    if !concerned.is_empty() {
        explode(conn, &concerned).await?;
    }
    relist(conn, &written).await?;
    Ok(Written {
        count: u64::try_from(written.len()).unwrap_or(u64::MAX),
        prices: reprice(conn, &concerned).await?,
    })
}

/// Those that employees have not edited.
async fn unedited<'a>(
    conn: &mut PgConnection,
    entries: &'a [ProductEntry],
) -> Result<Vec<&'a ProductEntry>, sqlx::Error> {
    let ids = product_ids(&mut *conn, entries.iter().map(|e| &*e.slug)).await?;
    let known: Vec<Uuid> = ids.values().copied().collect();
    let edited = sqlx::query_scalar!(
        "SELECT id FROM product WHERE id = ANY($1) AND version > 1",
        &known,
    )
    .fetch_all(conn)
    .await?;
    let edited: HashSet<Uuid> = edited.into_iter().collect();
    let unedited = entries
        .iter()
        .filter(|e| ids.get(&e.slug).is_none_or(|id| !edited.contains(id)));
    Ok(unedited.collect())
}

/// Answers the ids of those that are new or have changed.
async fn upsert(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[&ProductEntry],
) -> Result<Vec<Uuid>, ImportError> {
    let ids: Vec<Uuid> = entries.iter().map(|_| ProductId::new(clock).uuid()).collect();
    let slugs: Vec<&str> = entries.iter().map(|e| &*e.slug).collect();
    let ru: Vec<&str> = entries.iter().map(|e| &*e.name.ru).collect();
    let en: Vec<&str> = entries.iter().map(|e| &*e.name.en).collect();
    let about_ru: Vec<&str> = entries.iter().map(|e| &*e.description.ru).collect();
    let about_en: Vec<&str> = entries.iter().map(|e| &*e.description.en).collect();
    let categories: Vec<&str> = entries.iter().map(|e| &*e.category).collect();
    let colors: Vec<&str> = entries.iter().map(|e| &*e.color).collect();
    let materials: Vec<&str> = entries.iter().map(|e| &*e.material).collect();
    let heights: Vec<i32> = entries.iter().map(|e| e.dimensions.height_mm).collect();
    let widths: Vec<i32> = entries.iter().map(|e| e.dimensions.width_mm).collect();
    let depths: Vec<i32> = entries.iter().map(|e| e.dimensions.depth_mm).collect();
    let weights: Vec<i64> = entries.iter().map(|e| e.weight_g).collect();
    let values: Vec<serde_json::Value> = entries.iter().map(|e| properties(&e.properties)).collect();
    let written = sqlx::query_scalar!(
        "INSERT INTO product AS t
             (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
              height_mm, width_mm, depth_mm, weight_g, properties, created_at)
         SELECT e.*, $15
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::integer[], $11::integer[], $12::integer[], $13::bigint[], $14::jsonb[]) AS e
         ON CONFLICT (slug) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, description_ru = EXCLUDED.description_ru,
             description_en = EXCLUDED.description_en, category = EXCLUDED.category, color = EXCLUDED.color,
             material = EXCLUDED.material, height_mm = EXCLUDED.height_mm, width_mm = EXCLUDED.width_mm,
             depth_mm = EXCLUDED.depth_mm, weight_g = EXCLUDED.weight_g, properties = EXCLUDED.properties
         WHERE (t.name_ru, t.name_en, t.description_ru, t.description_en, t.category, t.color, t.material,
                t.height_mm, t.width_mm, t.depth_mm, t.weight_g, t.properties)
               <> (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.description_ru, EXCLUDED.description_en,
                   EXCLUDED.category, EXCLUDED.color, EXCLUDED.material, EXCLUDED.height_mm, EXCLUDED.width_mm,
                   EXCLUDED.depth_mm, EXCLUDED.weight_g, EXCLUDED.properties)
         RETURNING id",
        &ids,
        &slugs as &[&str],
        &ru as &[&str],
        &en as &[&str],
        &about_ru as &[&str],
        &about_en as &[&str],
        &categories as &[&str],
        &colors as &[&str],
        &materials as &[&str],
        &heights,
        &widths,
        &depths,
        &weights,
        &values,
        clock.now(),
    )
    .fetch_all(conn)
    .await?;
    Ok(written)
}

/// The ids of units by their readable ids, those that they had before employees changed them, too; unknown ones are
/// missing.
pub(super) async fn product_ids(
    conn: &mut PgConnection,
    slugs: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Uuid>, sqlx::Error> {
    let slugs: Vec<&str> = slugs.collect();
    let rows = sqlx::query!(
        r#"SELECT slug AS "slug!", id AS "id!" FROM product WHERE slug = ANY($1)
           UNION ALL
           SELECT DISTINCT a.entity ->> 'slug', a.code::uuid FROM assortment_change a
           WHERE a.kind = 'product' AND a.entity ->> 'slug' = ANY($1)
             AND NOT EXISTS (SELECT FROM product p WHERE p.slug = a.entity ->> 'slug')"#,
        &slugs as &[&str],
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.id)).collect())
}

async fn bills(
    conn: &mut PgConnection,
    entries: &[&ProductEntry],
    ids: &HashMap<String, Uuid>,
) -> Result<Bills, ImportError> {
    let lines = entries.iter().flat_map(|entry| &entry.bill);
    let named = lines.flat_map(|line| std::iter::once(&line.sku).chain(&line.substitutes));
    let named: Vec<&str> = named.map(String::as_str).collect();
    let components = component_ids(conn, &named).await?;
    let bills = entries.iter().map(|entry| {
        let items = bills::items(&entry.bill, &entry.slug, &components)?;
        Ok((ids[&entry.slug], items))
    });
    bills.collect()
}

fn content(entry: &ProductEntry, bill: Vec<BillItem>) -> UnitContent {
    UnitContent {
        slug: entry.slug.clone(),
        name: entry.name.clone(),
        description: entry.description.clone(),
        category: entry.category.clone(),
        color: entry.color.clone(),
        material: entry.material.clone(),
        dimensions: entry.dimensions,
        weight_g: entry.weight_g,
        properties: entry.properties.clone(),
        price_by_hand: None,
        bill,
    }
}

async fn images(
    conn: &mut PgConnection,
    products: &HashMap<String, Uuid>,
    entries: &[&ProductEntry],
) -> Result<(), ImportError> {
    let mut of_product = Vec::new();
    for entry in entries {
        let id = found(products, "product", &entry.slug, || entry.slug.clone())?;
        of_product.extend(entry.images.iter().map(|_| id));
    }
    let positions: Vec<i32> = entries.iter().flat_map(|e| (0..).take(e.images.len())).collect();
    let keys: Vec<&str> = entries
        .iter()
        .flat_map(|e| e.images.iter().map(|key| &**key))
        .collect();
    let replaced: Vec<Uuid> = products.values().copied().collect();
    sqlx::query!(
        "DELETE FROM product_image
         WHERE product_id = ANY($1)
           AND (product_id, position) NOT IN (SELECT * FROM unnest($2::uuid[], $3::integer[]))",
        &replaced,
        &of_product,
        &positions,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO product_image AS t (product_id, position, media_key)
         SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[])
         ON CONFLICT (product_id, position) DO UPDATE SET media_key = EXCLUDED.media_key
         WHERE t.media_key <> EXCLUDED.media_key",
        &of_product,
        &positions,
        &keys as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The units that need one of these components, through assemblies of any depth.
async fn built_of(conn: &mut PgConnection, components: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH RECURSIVE above (id) AS (
               SELECT unnest($1::uuid[])
               UNION
               SELECT a.assembly_id FROM above JOIN assembly_line a ON a.component_id = above.id
           )
           SELECT DISTINCT b.product_id AS "product_id!"
           FROM above JOIN bill_line b ON b.component_id = above.id AND b.required"#,
        components,
    )
    .fetch_all(conn)
    .await
}

/// Has what lists show of these units written anew.
async fn relist(conn: &mut PgConnection, products: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO stale_product (product_id) SELECT unnest($1::uuid[])",
        products
    )
    .execute(conn)
    .await?;
    Ok(())
}
