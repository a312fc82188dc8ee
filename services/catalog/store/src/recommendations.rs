use contracts::catalog::{Recommendation, RecommendationSource, Recommendations};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;
use crate::cards::cards;

/// How many are recommended (CRT-1).
const COUNT: i64 = 3;
/// Orders that must have two products together, so that one odd order does not rule.
const MIN_SUPPORT: i64 = 3;
/// Of the products bought with one, those most often bought with it are compared.
const PARTNERS: i64 = 200;
/// Of a category, so many above and below in price are looked through for something similar.
const NEIGHBOURS: i64 = 100;

/// Up to three products that go with one; `None` when there is no such product. Four statements at most, none of
/// which reads more with more orders or products.
///
/// First those that paid orders say are bought with it (CRT-1): by lift, which is how much more often two are bought
/// together than they would be by chance, for pairs that at least three orders have; what is in stock goes
/// first. Where there are too few of them, products of the same category follow that are in stock: those with the
/// same colour and material first, then those nearest in price. All of them have a price.
pub async fn recommendations(pg: &Pg, product: &ProductRef) -> Result<Option<Recommendations>, sqlx::Error> {
    pg.read("recommendations", async |mut tx: pg::Tx| {
        let Some(this) = find(&mut tx, product).await? else {
            return Ok(None);
        };
        let together = bought_with(&mut tx, this.id).await?;
        let missing = COUNT - i64::try_from(together.len()).unwrap_or(COUNT);
        let similar = if missing > 0 {
            similar(&mut tx, &this, &together, missing).await?
        } else {
            Vec::new()
        };
        let sources = together.iter().map(|&id| (id, RecommendationSource::Orders));
        let sources: Vec<(Uuid, RecommendationSource)> = sources
            .chain(similar.iter().map(|&id| (id, RecommendationSource::Similar)))
            .collect();
        let ids: Vec<Uuid> = sources.iter().map(|&(id, _)| id).collect();
        let mut cards = cards(&mut tx, &ids).await?;
        let items = sources.into_iter().filter_map(|(id, source)| {
            let product = cards.remove(&id)?;
            Some(Recommendation { source, product })
        });
        Ok(Some(Recommendations {
            items: items.collect(),
        }))
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

async fn bought_with(conn: &mut PgConnection, this: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    // Lift is `pair · all / (this · other)`; `all` and `this` are the same for every row.
    sqlx::query_scalar!(
        "SELECT p.id
         FROM (SELECT other_id, orders FROM product_pair
               WHERE product_id = $1 AND orders >= $2
               ORDER BY orders DESC, other_id LIMIT $3) pair
         JOIN product_sales other ON other.product_id = pair.other_id
         JOIN product_sales this ON this.product_id = $1
         CROSS JOIN sales_total total
         JOIN product p ON p.id = pair.other_id
         LEFT JOIN product_availability a ON a.product_id = p.id
         WHERE p.deleted_at IS NULL AND p.price_amount IS NOT NULL
           AND pair.orders::numeric * total.orders > this.orders::numeric * other.orders
         ORDER BY coalesce(a.available, 0) > 0 DESC, pair.orders::float8 / other.orders DESC, pair.orders DESC, p.id
         LIMIT $4",
        this,
        MIN_SUPPORT,
        PARTNERS,
        COUNT,
    )
    .fetch_all(conn)
    .await
}

async fn similar(
    conn: &mut PgConnection,
    this: &This,
    found: &[Uuid],
    missing: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT p.id
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
         JOIN product_availability a ON a.product_id = p.id AND a.available > 0
         WHERE p.id <> ALL($4) AND p.deleted_at IS NULL AND p.price_amount IS NOT NULL
         ORDER BY (p.color = $5)::integer + (p.material = $6)::integer DESC,
                  abs(p.price_amount - $2::bigint), p.id
         LIMIT $7",
        this.category,
        this.price_amount.unwrap_or(i64::MAX),
        this.id,
        found,
        this.color,
        this.material,
        missing,
        NEIGHBOURS,
    )
    .fetch_all(conn)
    .await
}
