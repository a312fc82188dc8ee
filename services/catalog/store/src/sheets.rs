use contracts::catalog::{Document, Image, ProductCard};
use kernel::{ProductId, Text};
use pg::Pg;
use sqlx::types::Json;
use uuid::Uuid;

use crate::property_value::{ProductProperty, StoredProperty};
use crate::rows::CardRow;

/// What a product's page shows but for its bill and where it is in stock.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductSheet {
    /// What lists show; `available` is as fresh as there.
    pub card: ProductCard,
    /// Description in both languages.
    pub description: Text,
    /// Weight in grams.
    pub weight_g: i64,
    /// All images.
    pub images: Vec<Image>,
    /// Drawings and assembly instructions.
    pub documents: Vec<Document>,
    /// Its properties that have a value.
    pub properties: Vec<ProductProperty>,
}

/// The products with these ids and those with these slugs, in no order; unknown ones are left out. One statement.
#[expect(clippy::too_many_lines, reason = "one statement and its row")]
pub async fn product_sheets(
    pg: &Pg,
    ids: &[ProductId],
    slugs: &[String],
) -> Result<Vec<ProductSheet>, sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    pg.read("product_sheets", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT p.id, p.slug, p.name_ru, p.name_en, p.description_ru, p.description_en,
                      p.category, c.name_ru AS category_ru, c.name_en AS category_en,
                      p.color, k.name_ru AS color_ru, k.name_en AS color_en, k.hex AS color_hex,
                      p.material, t.name_ru AS material_ru, t.name_en AS material_en,
                      p.height_mm, p.width_mm, p.depth_mm, p.weight_g, p.price_amount, p.price_currency,
                      coalesce(a.available, 0) AS "available!",
                      i.images AS "images!: Json<Vec<Image>>", d.documents AS "documents!: Json<Vec<Document>>",
                      v.properties AS "properties!: Json<Vec<StoredProperty>>"
               FROM product p
               JOIN category c ON c.code = p.category
               JOIN color k ON k.code = p.color
               JOIN material t ON t.code = p.material
               LEFT JOIN product_availability a ON a.product_id = p.id
               CROSS JOIN LATERAL (
                   SELECT coalesce(jsonb_agg(jsonb_build_object(
                              'key', m.key, 'width', m.width, 'height', m.height,
                              'variants', m.variants
                          ) ORDER BY i.position), '[]') AS images
                   FROM product_image i
                   JOIN media m ON m.key = i.media_key
                   WHERE i.product_id = p.id
               ) i
               CROSS JOIN LATERAL (
                   SELECT coalesce(jsonb_agg(jsonb_build_object(
                              'kind', d.kind, 'title', jsonb_build_object('ru', d.title_ru, 'en', d.title_en),
                              'key', f.key, 'bytes', f.bytes
                          ) ORDER BY d.position), '[]') AS documents
                   FROM product_document d JOIN document f ON f.key = d.document_key
                   WHERE d.product_id = p.id
               ) d
               CROSS JOIN LATERAL (
                   SELECT coalesce(jsonb_agg(jsonb_build_object(
                              'code', r.code, 'name', jsonb_build_object('ru', r.name_ru, 'en', r.name_en),
                              'unit', r.unit, 'value', e.value, 'term', term.term, 'hex', term.hex
                          ) ORDER BY r.position, r.code), '[]') AS properties
                   FROM jsonb_each(p.properties) e
                   JOIN property r ON r.code = e.key AND r.deleted_at IS NULL
                   LEFT JOIN LATERAL (
                       SELECT jsonb_build_object('code', n.code, 'name', jsonb_build_object('ru', n.name_ru, 'en', n.name_en))
                                  AS term, n.hex
                       FROM (SELECT h.code, h.name_ru, h.name_en, NULL AS hex FROM property_choice h
                             WHERE r.kind = 'choice' AND h.property = r.code
                             UNION ALL
                             SELECT c.code, c.name_ru, c.name_en, c.hex FROM color c WHERE r.kind = 'color'
                             UNION ALL
                             SELECT t.code, t.name_ru, t.name_en, NULL FROM material t WHERE r.kind = 'material') n
                       WHERE n.code = e.value #>> '{}'
                   ) term ON true
               ) v
               WHERE (p.id = ANY($1) OR p.slug = ANY($2)) AND p.deleted_at IS NULL"#,
            &ids,
            slugs,
        )
        .fetch_all(&mut *tx)
        .await?;
        rows.into_iter()
            .map(|row| {
                let images = row.images.0;
                let mut card = CardRow {
                    id: row.id,
                    slug: row.slug,
                    name_ru: row.name_ru,
                    name_en: row.name_en,
                    category: row.category,
                    category_ru: row.category_ru,
                    category_en: row.category_en,
                    color: row.color,
                    color_ru: row.color_ru,
                    color_en: row.color_en,
                    color_hex: row.color_hex,
                    material: row.material,
                    material_ru: row.material_ru,
                    material_en: row.material_en,
                    height_mm: row.height_mm,
                    width_mm: row.width_mm,
                    depth_mm: row.depth_mm,
                    price_amount: row.price_amount,
                    price_currency: row.price_currency,
                    available: row.available,
                    image_key: None,
                    image_width: None,
                    image_height: None,
                    image_variants: None,
                }
                .into_card()?;
                card.image = images.first().cloned();
                Ok(ProductSheet {
                    card,
                    description: Text::new(row.description_ru, row.description_en),
                    weight_g: row.weight_g,
                    images,
                    documents: row.documents.0,
                    properties: row.properties.0.into_iter().filter_map(StoredProperty::read).collect(),
                })
            })
            .collect()
    })
    .await
}
