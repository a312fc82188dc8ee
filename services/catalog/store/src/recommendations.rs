use contracts::catalog::{Recommendation, RecommendationSource, Recommendations};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;
use crate::rows::CardRow;

/// How many are recommended (CRT-1).
const COUNT: i64 = 3;
/// Orders that must have two products together, so that one odd order does not rule.
const MIN_SUPPORT: i64 = 3;
/// Of the products bought with one, those most often bought with it are compared.
const PARTNERS: i64 = 200;
/// Of a category, so many above and below in price are looked through for something similar.
const NEIGHBOURS: i64 = 100;

/// Up to three products that go with one; `None` when there is no such product. Three statements at most, none of
/// which reads more with more orders or products.
///
/// First those that paid orders say are bought with it (CRT-1): by lift, which is how much more often two are bought
/// together than they would be by chance, for pairs that at least [`MIN_SUPPORT`] orders have; what is in stock goes
/// first. Where there are too few of them, products of the same category follow that are in stock: those with the
/// same colour and material first, then those nearest in price. All of them have a price.
pub async fn recommendations(pg: &Pg, product: &ProductRef) -> Result<Option<Recommendations>, sqlx::Error> {
    pg.read("recommendations", async |mut tx: pg::Tx| {
        let Some(this) = find(&mut tx, product).await? else {
            return Ok(None);
        };
        let mut items = bought_with(&mut tx, this.id).await?;
        if items.len() < usize::try_from(COUNT).expect("a small number") {
            let similar = similar(&mut tx, &this, &items).await?;
            items.extend(similar);
        }
        Ok(Some(Recommendations { items }))
    })
    .await
}

/// What something similar is compared with.
struct This {
    id: Uuid,
    category: String,
    color: String,
    material: String,
    price_amount: Option<i64>,
}

async fn find(conn: &mut PgConnection, product: &ProductRef) -> Result<Option<This>, sqlx::Error> {
    let (id, slug) = product.columns();
    sqlx::query_as!(
        This,
        "SELECT id, category, color, material, price_amount FROM product
         WHERE (id = $1 OR slug = $2) AND deleted_at IS NULL",
        id,
        slug,
    )
    .fetch_optional(conn)
    .await
}

async fn bought_with(conn: &mut PgConnection, this: Uuid) -> Result<Vec<Recommendation>, sqlx::Error> {
    // Lift is `pair · all / (this · other)`; `all` and `this` are the same for every row.
    let rows = sqlx::query_as!(
        CardRow,
        r#"SELECT p.id, p.slug, p.name_ru, p.name_en,
                  p.category, c.name_ru AS category_ru, c.name_en AS category_en,
                  p.color, k.name_ru AS color_ru, k.name_en AS color_en, k.hex AS color_hex,
                  p.material, t.name_ru AS material_ru, t.name_en AS material_en,
                  p.height_mm, p.width_mm, p.depth_mm, p.price_amount, p.price_currency,
                  coalesce(a.available, 0) AS "available!",
                  m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                  p.created_at
           FROM (SELECT other_id, orders FROM product_pair
                 WHERE product_id = $1 AND orders >= $2
                 ORDER BY orders DESC, other_id LIMIT $3) pair
           JOIN product_sales other ON other.product_id = pair.other_id
           JOIN product_sales this ON this.product_id = $1
           CROSS JOIN sales_total total
           JOIN product p ON p.id = pair.other_id
           JOIN category c ON c.code = p.category
           JOIN color k ON k.code = p.color
           JOIN material t ON t.code = p.material
           LEFT JOIN product_availability a ON a.product_id = p.id
           LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
           LEFT JOIN media m ON m.key = i.media_key
           WHERE p.deleted_at IS NULL AND p.price_amount IS NOT NULL
             AND pair.orders::numeric * total.orders > this.orders::numeric * other.orders
           ORDER BY coalesce(a.available, 0) > 0 DESC, pair.orders::float8 / other.orders DESC, pair.orders DESC, p.id
           LIMIT $4"#,
        this,
        MIN_SUPPORT,
        PARTNERS,
        COUNT,
    )
    .fetch_all(conn)
    .await?;
    all(rows, RecommendationSource::Orders)
}

async fn similar(
    conn: &mut PgConnection,
    this: &This,
    found: &[Recommendation],
) -> Result<Vec<Recommendation>, sqlx::Error> {
    let mut known: Vec<Uuid> = found.iter().map(|item| item.product.id.uuid()).collect();
    known.push(this.id);
    // At most three and the product itself.
    let missing = COUNT + 1 - i64::try_from(known.len()).unwrap_or(COUNT);
    let rows = sqlx::query_as!(
        CardRow,
        r#"SELECT p.id, p.slug, p.name_ru, p.name_en,
                  p.category, c.name_ru AS category_ru, c.name_en AS category_en,
                  p.color, k.name_ru AS color_ru, k.name_en AS color_en, k.hex AS color_hex,
                  p.material, t.name_ru AS material_ru, t.name_en AS material_en,
                  p.height_mm, p.width_mm, p.depth_mm, p.price_amount, p.price_currency,
                  a.available,
                  m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                  p.created_at
           FROM ((SELECT id FROM product
                  WHERE category = $1
                    AND (coalesce(price_amount, 9223372036854775807), id) > ($2::bigint, $3)
                  ORDER BY coalesce(price_amount, 9223372036854775807), id LIMIT $8)
                 UNION ALL
                 (SELECT id FROM product
                  WHERE category = $1
                    AND (coalesce(price_amount, 9223372036854775807), id) < ($2::bigint, $3)
                  ORDER BY coalesce(price_amount, 9223372036854775807) DESC, id DESC LIMIT $8)) near
           JOIN product p ON p.id = near.id
           JOIN category c ON c.code = p.category
           JOIN color k ON k.code = p.color
           JOIN material t ON t.code = p.material
           JOIN product_availability a ON a.product_id = p.id AND a.available > 0
           LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
           LEFT JOIN media m ON m.key = i.media_key
           WHERE p.id <> ALL($4) AND p.deleted_at IS NULL AND p.price_amount IS NOT NULL
           ORDER BY (p.color = $5)::integer + (p.material = $6)::integer DESC,
                    abs(p.price_amount - $2::bigint), p.id
           LIMIT $7"#,
        this.category,
        this.price_amount.unwrap_or(i64::MAX),
        this.id,
        &known,
        this.color,
        this.material,
        missing,
        NEIGHBOURS,
    )
    .fetch_all(conn)
    .await?;
    all(rows, RecommendationSource::Similar)
}

fn all(rows: Vec<CardRow>, source: RecommendationSource) -> Result<Vec<Recommendation>, sqlx::Error> {
    rows.into_iter()
        .map(|row| {
            Ok(Recommendation {
                source,
                product: row.into_card()?,
            })
        })
        .collect()
}
