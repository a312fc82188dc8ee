use catalog_domain::{Bill, Part, StockAt, available_at};
use contracts::catalog::ProductSummary;
use kernel::{Dimensions, ProductId, Text, WarehouseId};
use pg::Pg;
use uuid::Uuid;

use crate::rows::{image, money};

/// What orders need to know of products, availability of this moment included; unknown ids are left out. One
/// statement.
pub async fn lookup(pg: &Pg, ids: &[ProductId]) -> Result<Vec<ProductSummary>, sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    pg.read("lookup", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT p.id, p.slug, p.name_ru, p.name_en, p.price_amount, p.price_currency,
                      p.height_mm, p.width_mm, p.depth_mm, p.weight_g,
                      m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                      b.components AS "components!", b.quantities AS "quantities!", b.free AS "free!"
               FROM product p
               LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
               LEFT JOIN media m ON m.key = i.media_key
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(l.component_id), '{}') AS components,
                          coalesce(array_agg(l.quantity), '{}') AS quantities,
                          coalesce(array_agg(coalesce(s.free, 0)), '{}') AS free
                   FROM product_part l
                   CROSS JOIN LATERAL (
                       SELECT sum(s.on_hand - s.reserved)::bigint AS free
                       FROM stock s WHERE s.component_id = l.component_id
                   ) s
                   WHERE l.product_id = p.id
               ) b
               WHERE p.id = ANY($1)
               ORDER BY p.id"#,
            &ids,
        )
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter()
            .map(|row| {
                let parts = row
                    .components
                    .into_iter()
                    .zip(row.quantities)
                    .zip(row.free)
                    .map(|((component, quantity), free)| (component, quantity, free));
                Ok(ProductSummary {
                    id: row.id.into(),
                    slug: row.slug,
                    name: Text::new(row.name_ru, row.name_en),
                    price: money(row.price_amount, row.price_currency.as_deref())?,
                    available: available(parts)?,
                    dimensions: Dimensions {
                        height_mm: row.height_mm,
                        width_mm: row.width_mm,
                        depth_mm: row.depth_mm,
                    },
                    weight_g: row.weight_g,
                    image: image(row.image_key, row.image_width, row.image_height),
                })
            })
            .collect()
    })
    .await
}

/// Units from all warehouses together, by the domain's rule: required components with the pieces of one unit and
/// the pieces that are free in total.
pub(crate) fn available(parts: impl Iterator<Item = (Uuid, i64, i64)>) -> Result<i64, sqlx::Error> {
    // All shelves as if they were one: in total it makes no difference where a piece lies.
    let mut everywhere = StockAt::new(WarehouseId::from(Uuid::nil()), 0);
    let mut required = Vec::new();
    for (component, quantity, free) in parts {
        everywhere.set(component.into(), free);
        required.push(Part::plain(component.into(), quantity));
    }
    let bill = Bill::new(required).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(available_at(&bill, &everywhere))
}
