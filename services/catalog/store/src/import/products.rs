use std::collections::HashMap;

use catalog_domain::{Bill, MarginRule, Part, PriceError, unit_price};
use kernel::{Clock, ComponentId, Money, MoneyError, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::components::{component_ids, found};
use super::{Assortment, BillEntry, ImportError, ProductEntry};
use crate::explode::explode;
use crate::rows::money;

/// Writes units with their bills and pictures, without prices. Answers how many units are new or have changed.
pub(super) async fn write(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[ProductEntry],
) -> Result<u64, ImportError> {
    let written = upsert(conn, clock, entries).await?;
    let slugs: Vec<&str> = entries.iter().map(|e| &*e.slug).collect();
    let ids: HashMap<String, Uuid> = sqlx::query!(
        "SELECT slug, id FROM product WHERE slug = ANY($1)",
        &slugs as &[&str],
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .map(|row| (row.slug, row.id))
    .collect();
    bills(conn, &ids, entries).await?;
    images(conn, &ids, entries).await?;
    Ok(written)
}

async fn upsert(
    conn: &mut PgConnection,
    clock: &dyn Clock,
    entries: &[ProductEntry],
) -> Result<u64, ImportError> {
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
    let written = sqlx::query!(
        "INSERT INTO product AS t
             (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
              height_mm, width_mm, depth_mm, weight_g, created_at)
         SELECT e.*, $14
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::integer[], $11::integer[], $12::integer[], $13::bigint[]) AS e
         ON CONFLICT (slug) DO UPDATE
         SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, description_ru = EXCLUDED.description_ru,
             description_en = EXCLUDED.description_en, category = EXCLUDED.category, color = EXCLUDED.color,
             material = EXCLUDED.material, height_mm = EXCLUDED.height_mm, width_mm = EXCLUDED.width_mm,
             depth_mm = EXCLUDED.depth_mm, weight_g = EXCLUDED.weight_g
         WHERE (t.name_ru, t.name_en, t.description_ru, t.description_en, t.category, t.color, t.material,
                t.height_mm, t.width_mm, t.depth_mm, t.weight_g)
               <> (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.description_ru, EXCLUDED.description_en,
                   EXCLUDED.category, EXCLUDED.color, EXCLUDED.material, EXCLUDED.height_mm, EXCLUDED.width_mm,
                   EXCLUDED.depth_mm, EXCLUDED.weight_g)",
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
        clock.now(),
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected())
}

async fn bills(
    conn: &mut PgConnection,
    products: &HashMap<String, Uuid>,
    entries: &[ProductEntry],
) -> Result<(), ImportError> {
    let lines: Vec<(&ProductEntry, &BillEntry)> = entries
        .iter()
        .flat_map(|e| e.bill.iter().map(move |line| (e, line)))
        .collect();
    let skus: Vec<&str> = lines.iter().map(|(_, line)| &*line.sku).collect();
    let components = component_ids(conn, &skus).await?;
    let mut of_product = Vec::new();
    let mut of_component = Vec::new();
    for (product, line) in &lines {
        let by = || product.slug.clone();
        of_product.push(found(products, "product", &product.slug, by)?);
        of_component.push(found(&components, "component", &line.sku, by)?);
    }
    let quantities: Vec<i32> = lines.iter().map(|(_, line)| line.quantity).collect();
    let required: Vec<bool> = lines.iter().map(|(_, line)| line.required).collect();
    let positions: Vec<i32> = entries.iter().flat_map(|e| (0..).take(e.bill.len())).collect();
    let replaced: Vec<Uuid> = products.values().copied().collect();
    sqlx::query!(
        "DELETE FROM bill_line
         WHERE product_id = ANY($1)
           AND (product_id, component_id) NOT IN (SELECT * FROM unnest($2::uuid[], $3::uuid[]))",
        &replaced,
        &of_product,
        &of_component,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO bill_line AS t (product_id, component_id, quantity, required, position)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::boolean[], $5::integer[])
         ON CONFLICT (product_id, component_id) DO UPDATE
         SET quantity = EXCLUDED.quantity, required = EXCLUDED.required, position = EXCLUDED.position
         WHERE (t.quantity, t.required, t.position) <> (EXCLUDED.quantity, EXCLUDED.required, EXCLUDED.position)",
        &of_product,
        &of_component,
        &quantities,
        &required,
        &positions,
    )
    .execute(&mut *conn)
    .await?;
    Ok(explode(conn, &replaced).await?)
}

async fn images(
    conn: &mut PgConnection,
    products: &HashMap<String, Uuid>,
    entries: &[ProductEntry],
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

/// Computes the prices of the units imported and of those that use a component imported. Answers how many changed.
pub(super) async fn prices(
    conn: &mut PgConnection,
    margin: MarginRule,
    assortment: &Assortment,
) -> Result<u64, ImportError> {
    let slugs: Vec<&str> = assortment.products.iter().map(|e| &*e.slug).collect();
    let skus: Vec<&str> = assortment.components.iter().map(|e| &*e.sku).collect();
    let rows = sqlx::query!(
        r#"SELECT p.id, p.slug, p.override_amount, p.override_currency, p.deleted_at IS NOT NULL AS "deleted!",
                  l.component_id AS "component_id?", l.quantity AS "quantity?", c.cost_amount AS "cost_amount?",
                  c.cost_currency AS "cost_currency?"
           FROM product p
           LEFT JOIN product_part l ON l.product_id = p.id
           LEFT JOIN component c ON c.id = l.component_id
           WHERE p.slug = ANY($1)
              OR p.id IN (SELECT b.product_id FROM product_part b JOIN component k ON k.id = b.component_id
                          WHERE k.sku = ANY($2))
           ORDER BY p.id"#,
        &slugs as &[&str],
        &skus as &[&str],
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut ids, mut amounts, mut currencies) = (Vec::new(), Vec::new(), Vec::new());
    for product in rows.chunk_by(|a, b| a.id == b.id) {
        let (mut parts, mut costs) = (Vec::with_capacity(product.len()), HashMap::new());
        for row in product {
            // A unit without required components comes as one row without a part.
            if let Some((component, quantity)) = row.component_id.zip(row.quantity) {
                let component = ComponentId::from(component);
                costs.insert(component, money(row.cost_amount, row.cost_currency.as_deref())?);
                parts.push(Part::plain(component, quantity));
            }
        }
        let first = &product[0];
        let by_hand = money(first.override_amount, first.override_currency.as_deref())?;
        let price = price(by_hand, margin, parts, &costs).map_err(|source| ImportError::Price {
            slug: first.slug.clone(),
            source,
        })?;
        let price = price.filter(|_| !first.deleted);
        ids.push(first.id);
        amounts.push(price.map(|price| price.amount));
        currencies.push(price.map(|price| price.currency.code()));
    }
    let written = sqlx::query!(
        "UPDATE product p SET price_amount = e.amount, price_currency = e.currency
         FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS e (id, amount, currency)
         WHERE p.id = e.id
           AND (p.price_amount, p.price_currency) IS DISTINCT FROM (e.amount, e.currency)",
        &ids,
        &amounts as &[Option<i64>],
        &currencies as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected())
}

/// The price of a unit; `None` when it cannot be computed yet (CAT-10).
fn price(
    by_hand: Option<Money>,
    margin: MarginRule,
    parts: Vec<Part>,
    costs: &HashMap<ComponentId, Option<Money>>,
) -> Result<Option<Money>, MoneyError> {
    let Ok(bill) = Bill::new(parts) else {
        // More pieces than can be counted cost more than can be counted.
        return by_hand.map(Some).ok_or(MoneyError::Overflow);
    };
    match unit_price(by_hand, Some(margin), &bill, |id| {
        costs.get(&id).copied().flatten()
    }) {
        Ok(price) => Ok(Some(price)),
        Err(PriceError::Money(error)) => Err(error),
        Err(PriceError::Nothing | PriceError::NoCost(_) | PriceError::NoMargin) => Ok(None),
    }
}
