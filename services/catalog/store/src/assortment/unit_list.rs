use contracts::catalog::{UnitCard, UnitPage};
use kernel::{PageSize, Text, decode_cursor, encode_cursor};
use pg::Pg;

use crate::ListError;
use crate::rows::money;

/// What a list of units is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitFilter {
    /// Part of a readable id or a name, whatever its case.
    pub q: Option<String>,
    /// Code of a category; units of those below it are not listed.
    pub category: Option<String>,
    /// Whether deleted ones are listed instead of the others.
    pub deleted: bool,
    /// Whether only units without a price are listed (CAT-10).
    pub no_price: bool,
}

/// One page of units by their readable ids. One statement.
pub async fn list_units(
    pg: &Pg,
    filter: &UnitFilter,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<UnitPage, ListError> {
    let after: String = match cursor {
        Some(cursor) => decode_cursor(cursor)?,
        None => String::new(),
    };
    let limit = usize::from(size.get());
    pg.read("list_units", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            "SELECT id, slug, name_ru, name_en, category, price_amount, price_currency, version, deleted_at
             FROM product
             WHERE slug > $1 AND (deleted_at IS NOT NULL) = $4 AND (NOT $5 OR price_amount IS NULL)
               AND ($2::text IS NULL OR strpos(lower(slug || chr(10) || name_ru || chr(10) || name_en),
                                               lower($2)) > 0)
               AND ($3::text IS NULL OR category = $3)
             ORDER BY slug LIMIT $6",
            after,
            filter.q,
            filter.category,
            filter.deleted,
            filter.no_price,
            i64::from(size.get()) + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > limit;
        let items = rows.into_iter().take(limit).map(|row| {
            Ok(UnitCard {
                id: row.id.into(),
                slug: row.slug,
                name: Text::new(row.name_ru, row.name_en),
                category: row.category,
                price: money(row.price_amount, row.price_currency.as_deref())?,
                version: row.version,
                deleted_at: row.deleted_at,
            })
        });
        let items: Vec<UnitCard> = items.collect::<Result<_, sqlx::Error>>()?;
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|last| encode_cursor(&last.slug));
        Ok(UnitPage { items, next_cursor })
    })
    .await
}
