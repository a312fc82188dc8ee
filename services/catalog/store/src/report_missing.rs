use std::collections::BTreeMap;

use contracts::catalog::{MissingPage, MissingProduct, ShortComponent};
use kernel::{PageSize, Text, decode_cursor, encode_cursor};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ListError;

/// What was wished for and is not in stock (CAT-11): units with open wishes in the order of their ids, and what they
/// are short of. Two statements; a page reads the wishes for its units alone.
pub async fn report_missing(pg: &Pg, cursor: Option<&str>, size: PageSize) -> Result<MissingPage, ListError> {
    let after: Uuid = match cursor {
        Some(cursor) => decode_cursor(cursor)?,
        None => Uuid::nil(),
    };
    let limit = usize::from(size.get());
    pg.read("report_missing", async |mut tx: pg::Tx| {
        let mut items = sqlx::query!(
            r#"SELECT p.id, p.slug, p.name_ru, p.name_en, w.wishes AS "wishes!", w.wanted AS "wanted!",
                      coalesce(a.available, 0) AS "available!"
               FROM (SELECT product_id, count(*) AS wishes, sum(quantity)::bigint AS wanted
                     FROM wish WHERE told_at IS NULL AND product_id > $1
                     GROUP BY product_id ORDER BY product_id LIMIT $2) w
               JOIN product p ON p.id = w.product_id
               LEFT JOIN product_availability a ON a.product_id = w.product_id
               ORDER BY p.id"#,
            after,
            i64::from(size.get()) + 1,
        )
        .map(|row| MissingProduct {
            product_id: row.id.into(),
            slug: row.slug,
            name: Text::new(row.name_ru, row.name_en),
            wishes: row.wishes,
            wanted: row.wanted,
            available: row.available,
            short: Vec::new(),
        })
        .fetch_all(&mut *tx)
        .await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let mut short = short(&mut tx, &items).await?;
        for item in &mut items {
            item.short = short.remove(&item.product_id.uuid()).unwrap_or_default();
        }
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|last| encode_cursor(&last.product_id.uuid()));
        Ok(MissingPage { items, next_cursor })
    })
    .await
}

/// Pieces that each unit's wishes take and that are not free, what may replace them included.
async fn short(
    conn: &mut PgConnection,
    items: &[MissingProduct],
) -> Result<BTreeMap<Uuid, Vec<ShortComponent>>, sqlx::Error> {
    let products: Vec<Uuid> = items.iter().map(|item| item.product_id.uuid()).collect();
    let wanted: Vec<i64> = items.iter().map(|item| item.wanted).collect();
    let mut short: BTreeMap<Uuid, Vec<ShortComponent>> = BTreeMap::new();
    for row in sqlx::query!(
        r#"SELECT l.product_id, c.id, c.sku, c.name_ru, c.name_en,
                  (l.quantity::numeric * u.wanted - s.free)::bigint AS "missing!"
           FROM unnest($1::uuid[], $2::bigint[]) AS u (product_id, wanted)
           JOIN product_part l ON l.product_id = u.product_id
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(on_hand - reserved), 0) AS free
               FROM stock WHERE component_id = ANY(l.component_id || l.substitutes)
           ) s
           JOIN component c ON c.id = l.component_id
           WHERE l.quantity::numeric * u.wanted > s.free
           ORDER BY l.product_id, c.sku"#,
        &products,
        &wanted,
    )
    .fetch_all(conn)
    .await?
    {
        short.entry(row.product_id).or_default().push(ShortComponent {
            component_id: row.id.into(),
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            missing: row.missing,
        });
    }
    Ok(short)
}
