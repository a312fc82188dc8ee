use catalog_domain::{StockAt, available_at};
use contracts::catalog::ProductSummary;
use kernel::{Dimensions, ProductId, Text, WarehouseId};
use pg::Pg;
use uuid::Uuid;

use crate::parts::bill;
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
                      b.components AS "components!", b.quantities AS "quantities!",
                      b.substitutes AS "substitutes!", f.components AS "options!", f.free AS "free!"
               FROM product p
               LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
               LEFT JOIN media m ON m.key = i.media_key
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(l.component_id), '{}') AS components,
                          coalesce(array_agg(l.quantity), '{}') AS quantities,
                          coalesce(array_agg(array_to_string(l.substitutes, ' ')), '{}') AS substitutes
                   FROM product_part l WHERE l.product_id = p.id
               ) b
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(o.component_id), '{}') AS components,
                          coalesce(array_agg(coalesce(s.free, 0)), '{}') AS free
                   FROM (SELECT component_id FROM product_part l WHERE l.product_id = p.id
                         UNION
                         SELECT unnest(substitutes) FROM product_part l WHERE l.product_id = p.id) o
                   CROSS JOIN LATERAL (
                       SELECT sum(s.on_hand - s.reserved)::bigint AS free
                       FROM stock s WHERE s.component_id = o.component_id
                   ) s
               ) f
               WHERE p.id = ANY($1)
               ORDER BY p.id"#,
            &ids,
        )
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter()
            .map(|row| {
                let bill = bill(row.components, row.quantities, &row.substitutes)?;
                // All shelves as if they were one: in total it makes no difference where a piece lies.
                let mut everywhere = StockAt::new(WarehouseId::from(Uuid::nil()), 0);
                for (component, free) in row.options.into_iter().zip(row.free) {
                    everywhere.set(component.into(), free);
                }
                Ok(ProductSummary {
                    id: row.id.into(),
                    slug: row.slug,
                    name: Text::new(row.name_ru, row.name_en),
                    price: money(row.price_amount, row.price_currency.as_deref())?,
                    available: available_at(&bill, &everywhere),
                    dimensions: Dimensions {
                        height_mm: row.height_mm,
                        width_mm: row.width_mm,
                        depth_mm: row.depth_mm,
                    },
                    weight_g: row.weight_g,
                    image: image(row.image_key, row.image_width, row.image_height, None),
                })
            })
            .collect()
    })
    .await
}
