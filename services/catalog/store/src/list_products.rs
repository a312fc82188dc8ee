use contracts::catalog::ProductPage;
use kernel::{BadCursor, PageSize, decode_cursor, encode_cursor};
use pg::Pg;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::facets::facets;
use crate::rows::CardRow;

/// What a list of products is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ProductFilter {
    /// Words to find in names and descriptions, Russian or English, whatever their endings.
    pub q: Option<String>,
    /// Code of a category.
    pub category: Option<String>,
    /// Code of a colour.
    pub color: Option<String>,
    /// Code of a material.
    pub material: Option<String>,
    /// Only what can be bought now.
    pub available: bool,
    /// Lowest price in minor units.
    pub min_price: Option<i64>,
    /// Highest price in minor units.
    pub max_price: Option<i64>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Sort {
    /// Last added first.
    #[default]
    #[serde(rename = "n")]
    Newest,
    /// Cheapest first, those without a price last.
    #[serde(rename = "p")]
    Price,
    /// Dearest first, those without a price last.
    #[serde(rename = "d")]
    PriceDown,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor was not handed out by this list in this order.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
    /// The database failed.
    #[error("products cannot be listed")]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(ListError);

/// Sort key of a page's last product. It names the order it belongs to, so that a cursor of another order is
/// refused instead of showing a wrong page.
#[derive(Serialize, Deserialize)]
struct Cursor(Sort, i64, Uuid);

impl Cursor {
    /// Before everything, so that the first page is asked for like every other one and takes the same index.
    const fn start(sort: Sort) -> Self {
        match sort {
            Sort::Price => Self(sort, i64::MIN, Uuid::nil()),
            Sort::PriceDown => Self(sort, i64::MAX, Uuid::max()),
            // The last microsecond of the year 9999.
            Sort::Newest => Self(sort, 253_402_300_799_999_999, Uuid::max()),
        }
    }

    fn parse(sort: Sort, cursor: Option<&str>) -> Result<Self, BadCursor> {
        let Some(text) = cursor else {
            return Ok(Self::start(sort));
        };
        let cursor: Self = decode_cursor(text)?;
        if cursor.0 == sort {
            Ok(cursor)
        } else {
            Err(BadCursor)
        }
    }

    fn of(sort: Sort, row: &CardRow) -> Self {
        let key = match sort {
            Sort::Price => row.price_amount.unwrap_or(i64::MAX),
            Sort::PriceDown => row.price_amount.unwrap_or(-1),
            Sort::Newest => micros(row.created_at),
        };
        Self(sort, key, row.id)
    }

    fn time(&self) -> Result<OffsetDateTime, BadCursor> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.1) * 1_000).map_err(|_| BadCursor)
    }
}

fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// One page of products and what the whole list can be narrowed by (CRT-1). Two statements: the page, walking an
/// index from the cursor on, costs the same whatever the size of the assortment; the facets, which read everything
/// that is found and are worth keeping for a moment. `available` is as fresh as the last run of
/// [`refresh_availability`](crate::refresh_availability).
pub async fn list_products(
    pg: &Pg,
    filter: &ProductFilter,
    sort: Sort,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<ProductPage, ListError> {
    let cursor = Cursor::parse(sort, cursor)?;
    pg.read("list_products", async |mut tx: pg::Tx| {
        let mut rows = page(&mut tx, filter, &cursor, i64::from(size.get()) + 1).await?;
        let more = rows.len() > usize::from(size.get());
        rows.truncate(usize::from(size.get()));
        let next_cursor = match rows.last() {
            Some(last) if more => Some(encode_cursor(&Cursor::of(sort, last))),
            _ => None,
        };
        Ok(ProductPage {
            items: rows
                .into_iter()
                .map(CardRow::into_card)
                .collect::<Result<_, _>>()?,
            facets: facets(&mut tx, filter).await?,
            next_cursor,
        })
    })
    .await
}

async fn page(
    conn: &mut sqlx::PgConnection,
    filter: &ProductFilter,
    cursor: &Cursor,
    limit: i64,
) -> Result<Vec<CardRow>, ListError> {
    /// The condition and the order have to be text of the statement for an index to serve them.
    macro_rules! select {
        ($condition:literal, $after:literal, $order:literal, $($value:expr),+) => {
            sqlx::query_as!(
                CardRow,
                r#"SELECT p.id, p.slug, p.name_ru, p.name_en,
                          p.category, c.name_ru AS category_ru, c.name_en AS category_en,
                          p.color, k.name_ru AS color_ru, k.name_en AS color_en, k.hex AS color_hex,
                          p.material, t.name_ru AS material_ru, t.name_en AS material_en,
                          p.height_mm, p.width_mm, p.depth_mm, p.price_amount, p.price_currency,
                          coalesce(a.available, 0) AS "available!",
                          m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                          p.created_at
                   FROM product p
                   JOIN category c ON c.code = p.category
                   JOIN color k ON k.code = p.color
                   JOIN material t ON t.code = p.material
                   LEFT JOIN product_availability a ON a.product_id = p.id
                   LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
                   LEFT JOIN media m ON m.key = i.media_key
                   WHERE "# + $condition + $after + " ORDER BY " + $order + " LIMIT $3",
                $($value),+
            )
        };
    }
    macro_rules! page_of {
        ($after:literal, $order:literal, $key:expr) => {
            match Narrowed::by(filter) {
                Narrowed::Nothing => {
                    select!("", $after, $order, $key, cursor.2, limit)
                        .fetch_all(conn)
                        .await?
                }
                Narrowed::Category(category) => {
                    select!(
                        "p.category = $4 AND ",
                        $after,
                        $order,
                        $key,
                        cursor.2,
                        limit,
                        category
                    )
                    .fetch_all(conn)
                    .await?
                }
                Narrowed::Otherwise => {
                    select!(
                        "($4::text IS NULL OR p.search @@
                        (websearch_to_tsquery('russian', $4) || websearch_to_tsquery('english', $4)))
                     AND ($5::text IS NULL OR p.category = $5)
                     AND ($6::text IS NULL OR p.color = $6)
                     AND ($7::text IS NULL OR p.material = $7)
                     AND (NOT $8::boolean OR a.available > 0)
                     AND ($9::bigint IS NULL OR p.price_amount >= $9)
                     AND ($10::bigint IS NULL OR p.price_amount <= $10)
                     AND ",
                        $after,
                        $order,
                        $key,
                        cursor.2,
                        limit,
                        filter.q,
                        filter.category,
                        filter.color,
                        filter.material,
                        filter.available,
                        filter.min_price,
                        filter.max_price
                    )
                    .fetch_all(conn)
                    .await?
                }
            }
        };
    }
    Ok(match cursor.0 {
        Sort::Newest => page_of!(
            "(p.created_at, p.id) < ($1::timestamptz, $2)",
            "p.created_at DESC, p.id DESC",
            cursor.time()?
        ),
        Sort::Price => page_of!(
            "(coalesce(p.price_amount, 9223372036854775807), p.id) > ($1::bigint, $2)",
            "coalesce(p.price_amount, 9223372036854775807), p.id",
            cursor.1
        ),
        Sort::PriceDown => page_of!(
            "(coalesce(p.price_amount, -1), p.id) < ($1::bigint, $2)",
            "coalesce(p.price_amount, -1) DESC, p.id DESC",
            cursor.1
        ),
    })
}

/// What a statement is made for. The usual lists have statements of their own, for which the server keeps the one
/// plan that walks their index; in all others the index passes by what the filters leave out.
enum Narrowed<'a> {
    Nothing,
    Category(&'a str),
    Otherwise,
}

impl<'a> Narrowed<'a> {
    fn by(filter: &'a ProductFilter) -> Self {
        match filter {
            ProductFilter {
                q: None,
                category,
                color: None,
                material: None,
                available: false,
                min_price: None,
                max_price: None,
            } => category.as_deref().map_or(Self::Nothing, Self::Category),
            _ => Self::Otherwise,
        }
    }
}
