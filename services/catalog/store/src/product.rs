use contracts::catalog::{Availability, BillLine, Document, Image, ProductDetail, ProductProperty};
use kernel::{ProductId, Text};
use pg::Pg;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::availability::{Warehouse, count};
use crate::components::lines;
use crate::rows::CardRow;

/// How a product is named in an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProductRef {
    /// By its id.
    Id(ProductId),
    /// By its readable id.
    Slug(String),
}

impl ProductRef {
    /// A UUID is an id, everything else a slug (a slug never has the form of a UUID: products are named in words).
    pub fn parse(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Slug(text.to_owned()), Self::Id)
    }

    /// Both as columns of a query: one of them is null and finds nothing.
    pub(crate) fn columns(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Id(id) => (Some(id.uuid()), None),
            Self::Slug(slug) => (None, Some(slug)),
        }
    }
}

/// A product with everything its page shows; `None` when there is none. Three statements. `available` is computed
/// from the stock of this moment.
pub async fn product(pg: &Pg, product: &ProductRef) -> Result<Option<ProductDetail>, sqlx::Error> {
    pg.read("product", async |mut tx: pg::Tx| {
        let Some(mut found) = find(&mut tx, product).await? else {
            return Ok(None);
        };
        let components = lines(&mut tx, found.card.id).await?;
        let warehouses = std::mem::take(&mut found.warehouses);
        let availability = count(&mut tx, found.card.id, warehouses).await?;
        Ok(Some(found.into_detail(components, availability)?))
    })
    .await
}

struct Found {
    card: CardRow,
    description: Text,
    weight_g: i64,
    properties: Vec<ProductProperty>,
    images: Vec<Image>,
    documents: Vec<Document>,
    warehouses: Vec<Warehouse>,
}

impl Found {
    fn into_detail(
        self,
        components: Vec<BillLine>,
        availability: Availability,
    ) -> Result<ProductDetail, sqlx::Error> {
        let mut card = self.card.into_card()?;
        card.available = availability.total;
        card.image = self.images.first().cloned();
        Ok(ProductDetail {
            card,
            description: self.description,
            weight_g: self.weight_g,
            properties: self.properties,
            images: self.images,
            documents: self.documents,
            components,
            availability,
        })
    }
}

#[expect(clippy::too_many_lines, reason = "one statement and its columns")]
async fn find(conn: &mut PgConnection, product: &ProductRef) -> Result<Option<Found>, sqlx::Error> {
    let (id, slug) = product.columns();
    let row = sqlx::query!(
        r#"SELECT p.id, p.slug, p.name_ru, p.name_en, p.description_ru, p.description_en,
                  p.category, c.name_ru AS category_ru, c.name_en AS category_en,
                  p.color, k.name_ru AS color_ru, k.name_en AS color_en, k.hex AS color_hex,
                  p.material, t.name_ru AS material_ru, t.name_en AS material_en,
                  p.height_mm, p.width_mm, p.depth_mm, p.weight_g, p.price_amount, p.price_currency,
                  e.properties AS "properties!: Json<Vec<ProductProperty>>",
                  i.images AS "images!: Json<Vec<Image>>", d.documents AS "documents!: Json<Vec<Document>>",
                  w.ids AS "warehouse_ids!", w.codes AS "warehouse_codes!",
                  w.names_ru AS "warehouse_names_ru!", w.names_en AS "warehouse_names_en!"
           FROM product p
           JOIN category c ON c.code = p.category
           JOIN color k ON k.code = p.color
           JOIN material t ON t.code = p.material
           CROSS JOIN LATERAL (
               SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'code', r.code, 'name', jsonb_build_object('ru', r.name_ru, 'en', r.name_en),
                          'kind', r.kind, 'value', v.value, 'unit', r.unit
                      ) ORDER BY r.position, r.code), '[]') AS properties
               FROM jsonb_each(p.properties) e
               JOIN property r ON r.code = e.key AND r.deleted_at IS NULL
               CROSS JOIN LATERAL (
                   SELECT CASE WHEN r.kind IN ('text', 'number', 'flag') THEN e.value ELSE (
                       SELECT jsonb_build_object('code', x.code, 'hex', x.hex,
                                                 'name', jsonb_build_object('ru', x.name_ru, 'en', x.name_en))
                       FROM (
                           SELECT 'choice', code, name_ru, name_en, NULL::text FROM property_choice
                           WHERE property = r.code
                           UNION ALL SELECT 'color', code, name_ru, name_en, hex FROM color
                           UNION ALL SELECT 'material', code, name_ru, name_en, NULL FROM material
                       ) x (kind, code, name_ru, name_en, hex)
                       WHERE x.kind = r.kind AND x.code = e.value #>> '{}'
                   ) END AS value
               ) v
               WHERE v.value IS NOT NULL
           ) e
           CROSS JOIN LATERAL (
               SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'key', m.key, 'width', m.width, 'height', m.height, 'variants', m.variants
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
           CROSS JOIN (
               SELECT coalesce(array_agg(id ORDER BY position, id), '{}') AS ids,
                      coalesce(array_agg(code ORDER BY position, id), '{}') AS codes,
                      coalesce(array_agg(name_ru ORDER BY position, id), '{}') AS names_ru,
                      coalesce(array_agg(name_en ORDER BY position, id), '{}') AS names_en
               FROM warehouse
           ) w
           WHERE p.id = $1 OR p.slug = $2"#,
        id,
        slug,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };

    let warehouses = row
        .warehouse_ids
        .into_iter()
        .zip(row.warehouse_codes)
        .zip(row.warehouse_names_ru.into_iter().zip(row.warehouse_names_en))
        .map(|((id, code), (ru, en))| Warehouse {
            id: id.into(),
            code,
            name: Text::new(ru, en),
        })
        .collect();
    Ok(Some(Found {
        card: CardRow {
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
            // Both are set from what the other statement and the images say.
            available: 0,
            image_key: None,
            image_width: None,
            image_height: None,
            image_variants: None,
        },
        description: Text::new(row.description_ru, row.description_en),
        weight_g: row.weight_g,
        properties: row.properties.0,
        images: row.images.0,
        documents: row.documents.0,
        warehouses,
    }))
}
