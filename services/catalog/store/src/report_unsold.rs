use contracts::catalog::{UnsoldPage, UnsoldProduct};
use kernel::{BadCursor, PageSize, Text, decode_cursor, encode_cursor};
use pg::Pg;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ListError;
use crate::rows::money;

/// Units that one page looks at; where nearly everything sells, fewer than a page of them do not.
const LOOKED_AT: i64 = 2_000;

/// The last unit that was looked at: when it was added, in microseconds, and its id.
#[derive(Serialize, Deserialize)]
struct Cursor(i64, Uuid);

impl Cursor {
    /// Before everything: the year 1900.
    const START: Self = Self(-2_208_988_800_000_000, Uuid::nil());

    fn of(created_at: OffsetDateTime, id: Uuid) -> Self {
        let micros = created_at.unix_timestamp_nanos() / 1_000;
        Self(i64::try_from(micros).unwrap_or(i64::MAX), id)
    }

    fn time(&self) -> Result<OffsetDateTime, BadCursor> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).map_err(|_| BadCursor)
    }
}

/// What does not sell (CAT-11): units on sale that were added before `since` and are in no order that was paid after
/// it, the oldest first. Two statements at most.
///
/// A page looks at no more than 2,000 units, so that it can be short, even empty, while there are more: what counts
/// is `next_cursor`.
pub async fn report_unsold(
    pg: &Pg,
    since: OffsetDateTime,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<UnsoldPage, ListError> {
    let after = match cursor {
        Some(cursor) => decode_cursor(cursor)?,
        None => Cursor::START,
    };
    let created_after = after.time()?;
    let limit = usize::from(size.get());
    pg.read("report_unsold", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT p.id, p.slug, p.name_ru, p.name_en, p.created_at, coalesce(a.available, 0) AS "available!",
                      (SELECT max(s.sold_at) FROM sale_line s WHERE s.product_id = p.id) AS last_sold_at,
                      v.amount, v.currency
               FROM (SELECT id, created_at, deleted_at, price_amount FROM product
                     WHERE (created_at, id) > ($1, $2) AND created_at < $3
                     ORDER BY created_at, id LIMIT $4) looked_at
               JOIN product p ON p.id = looked_at.id
               LEFT JOIN product_availability a ON a.product_id = p.id
               LEFT JOIN LATERAL (
                   -- Unknown where a cost is.
                   SELECT CASE WHEN bool_and(c.cost_amount IS NOT NULL) AND count(DISTINCT c.cost_currency) = 1
                               THEN (sum(c.cost_amount::numeric * l.quantity) * coalesce(a.available, 0))::bigint
                          END AS amount,
                          min(c.cost_currency) AS currency
                   FROM product_part l JOIN component c ON c.id = l.component_id WHERE l.product_id = p.id
               ) v ON true
               WHERE looked_at.deleted_at IS NULL AND looked_at.price_amount IS NOT NULL
                 AND NOT EXISTS (SELECT FROM sale_line s WHERE s.product_id = looked_at.id AND s.sold_at >= $3)
               ORDER BY looked_at.created_at, looked_at.id
               LIMIT $5"#,
            created_after,
            after.1,
            since,
            LOOKED_AT,
            i64::from(size.get()) + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let next_cursor = if rows.len() > limit {
            rows.get(limit - 1).map(|row| Cursor::of(row.created_at, row.id))
        } else {
            last_looked_at(&mut tx, created_after, after.1, since).await?
        };
        let items = rows.into_iter().take(limit).map(|row| {
            Ok(UnsoldProduct {
                product_id: row.id.into(),
                slug: row.slug,
                name: Text::new(row.name_ru, row.name_en),
                created_at: row.created_at,
                last_sold_at: row.last_sold_at,
                available: row.available,
                stock_value: money(row.amount, row.currency.as_deref())?,
            })
        });
        Ok(UnsoldPage {
            items: items.collect::<Result<_, sqlx::Error>>()?,
            next_cursor: next_cursor.map(|cursor| encode_cursor(&cursor)),
        })
    })
    .await
}

/// Where the next page begins when this one ends because it looked at enough; `None` when it looked at all there was.
async fn last_looked_at(
    conn: &mut PgConnection,
    created_after: OffsetDateTime,
    id: Uuid,
    since: OffsetDateTime,
) -> Result<Option<Cursor>, sqlx::Error> {
    let last = sqlx::query!(
        "SELECT created_at, id FROM product
         WHERE (created_at, id) > ($1, $2) AND created_at < $3
         ORDER BY created_at, id OFFSET $4 LIMIT 1",
        created_after,
        id,
        since,
        LOOKED_AT - 1,
    )
    .fetch_optional(conn)
    .await?;
    Ok(last.map(|row| Cursor::of(row.created_at, row.id)))
}
