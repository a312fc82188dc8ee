use kernel::PageSize;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::along::Along;
use super::cards::Columns;
use super::filter::Wanted;
use super::position::Position;
use super::words::ListingWords;
use super::{ListError, Sort};

/// Rows of the list that one request looks through (the number stands in the statements).
pub(crate) const LOOKED_THROUGH: i64 = 2_000;

/// What a walk has found.
pub(crate) struct Walked {
    /// The lowest and the highest price, whatever price and properties are wanted, where they were met soon.
    pub prices: (Option<i64>, Option<i64>),
    /// The page.
    pub units: Vec<Uuid>,
    /// Their cards.
    pub columns: Columns,
    /// Where the next page begins; `None` when no unit was found that is not on this one.
    pub next: Option<Position>,
}

/// What a walk answers, in one row.
struct Row {
    low: Option<i64>,
    high: Option<i64>,
    /// With the one after the page.
    units: Option<Vec<Uuid>>,
    /// Where the last one on the page stands, by price or by time.
    last_price: Option<i64>,
    last_created: Option<OffsetDateTime>,
    available: Option<Vec<Option<i64>>>,
    written: Option<String>,
}

impl Row {
    fn into_walked(self, sort: Sort, size: usize) -> Walked {
        let mut units = self.units.unwrap_or_default();
        let more = units.len() > size;
        units.truncate(size);
        let last = units.last().filter(|_| more);
        Walked {
            prices: (self.low, self.high),
            next: last.map(|&id| position(sort, id, self.last_price, self.last_created)),
            units,
            columns: Columns {
                available: self.available,
                written: self.written,
            },
        }
    }
}

/// Follows an index in the order of the list from a position on, and stops one match after the page, or after
/// [`LOOKED_THROUGH`] rows. The range of prices, without the filters by price and properties, is looked for at both ends of
/// the same index, not far, unless it is known. `categories`: where the index does not say it, those that are wanted.
///
/// What is passed by is not read: all that is asked of it is in the index, but for numbers, and for values whose marks others
/// have, too. These are looked up where everything else fits. Which values there are the counts say, which are written in one
/// transaction with the rows. The cards of what is found come with it, so that a list takes one statement.
#[expect(clippy::too_many_lines, reason = "one statement")]
pub(crate) async fn walk(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
    along: Along,
    categories: Option<&[i32]>,
    from: &Position,
    size: PageSize,
) -> Result<Walked, ListError> {
    let ranges = wanted.ranges();
    let numbers = ranges.as_ref().map(|(properties, ..)| &**properties);
    let lows = ranges.as_ref().map(|(_, lows, _)| &**lows);
    let highs = ranges.as_ref().map(|(.., highs)| &**highs);
    let props = (!wanted.props.is_empty()).then_some(&*wanted.props);
    let marks = wanted.marks();
    let from = from.within(wanted);
    let limit = i64::from(size.get()) + 1;
    let known = vocabulary.counts.prices(wanted);
    /// The condition and the order have to be text of the statement for an index to serve them.
    macro_rules! walk {
        ([$($ends:tt)*], [$($fits:tt)*], $along:literal, $after:literal, $by:literal, $down:literal, $last:literal,
         $key:expr $(, $value:expr)*) => {
            sqlx::query_as!(
                Row,
                "SELECT " + $($ends)* + r#",
                       array_agg(w.product_id) AS units, "# + $last + r#",
                       array_agg(a.available) AS "available: Vec<Option<i64>>",
                       string_agg(coalesce(a.card, 'null'), ',') AS written
                   FROM (SELECT l.product_id, l.sort_key
                         FROM (SELECT l.product_id, l.price, l.category, l.color, l.material, l.available,
                                      l.marks, "# + $by + " AS sort_key
                               FROM listing l WHERE " + $along + $after + " ORDER BY " + $by + $down + ", l.product_id"
                               + $down + " LIMIT 2000) l
                         WHERE ($8::bigint IS NULL OR l.price >= $8)
                           AND ($9::bigint IS NULL OR l.price <= $9)
                           AND " + $($fits)* + "
                         ORDER BY l.sort_key" + $down + ", l.product_id" + $down + " LIMIT $3) w
                   LEFT JOIN LATERAL (
                       SELECT available, card FROM product_availability WHERE product_id = w.product_id OFFSET 0
                   ) a ON true",
                $key,
                from.2,
                limit,
                categories,
                wanted.color,
                wanted.material,
                wanted.available,
                wanted.min_price,
                wanted.max_price,
                props,
                numbers,
                lows,
                highs,
                marks,
                $($value),*
            )
            .fetch_one(conn)
            .await?
        };
    }
    macro_rules! with_prices {
        ($of_cell:literal, $with_values:literal, $along:literal, $($walk:tt)*) => {
            walk!(
                [r#"(SELECT l.price
                        FROM (SELECT l.price, l.category, l.color, l.material, l.available FROM listing l
                              WHERE "# + $along + r#" l.product_id IS NOT NULL
                              ORDER BY coalesce(l.price, 9223372036854775807), l.product_id LIMIT 300) l
                        WHERE l.price IS NOT NULL AND "# + $of_cell + r#" LIMIT 1) AS low,
                    (SELECT l.price
                        FROM (SELECT l.price, l.category, l.color, l.material, l.available FROM listing l
                              WHERE "# + $along + r#" l.product_id IS NOT NULL
                              ORDER BY coalesce(l.price, -1) DESC, l.product_id DESC LIMIT 300) l
                        WHERE l.price IS NOT NULL AND "# + $of_cell + " LIMIT 1) AS high"],
                [$of_cell + $with_values],
                $along,
                $($walk)*
            )
        };
    }
    macro_rules! sifted {
        ($of_cell:literal, $with_values:literal, $($walk:tt)*) => {
            // What a statement has in it costs, even if it is not needed.
            match known {
                Some((low, high)) => Row {
                    low: Some(low),
                    high: Some(high),
                    ..if wanted.is_of_cell() {
                        walk!(
                            ["NULL::bigint AS low, NULL::bigint AS high"],
                            [$of_cell + " AND coalesce($10::bigint[]::text, $11::integer[]::text, $12::float8[]::text,
                                                       $13::float8[]::text, $14::bigint::text) IS NULL"],
                            $($walk)*
                        )
                    } else {
                        walk!(
                            ["NULL::bigint AS low, NULL::bigint AS high"],
                            [$of_cell + $with_values],
                            $($walk)*
                        )
                    }
                },
                None => with_prices!($of_cell, $with_values, $($walk)*),
            }
        };
    }
    macro_rules! fitting {
        ($($walk:tt)*) => {
            sifted!(
                "($4::integer[] IS NULL OR l.category = ANY($4))
                 AND ($5::integer IS NULL OR l.color = $5)
                 AND ($6::integer IS NULL OR l.material = $6)
                 AND (NOT $7::boolean OR l.available)",
                "AND (l.marks & $14::bigint = $14) IS NOT FALSE
                 AND ($10::bigint[] IS NULL AND $11::integer[] IS NULL
                      OR $11 IS NULL AND l.marks IS NOT NULL AND NOT EXISTS (
                         SELECT FROM unnest($10) w (term) CROSS JOIN LATERAL (
                             SELECT FROM facet_value f
                             WHERE f.category = 0 AND NOT f.available AND value_mark(f.term) = value_mark(w.term)
                               AND f.term <> w.term AND f.units <> 0
                             LIMIT 1) other)
                      OR (
                     SELECT ($10 IS NULL OR p.props @> $10) AND ($11 IS NULL OR NOT EXISTS (
                         SELECT FROM unnest($11, $12::float8[], $13::float8[]) n (property, low, high)
                         WHERE (p.number_values[array_position(p.number_props, n.property)]
                                BETWEEN n.low AND n.high) IS NOT TRUE))
                     FROM listing p WHERE p.product_id = l.product_id))",
                $($walk)*
            )
        };
    }
    macro_rules! in_order {
        ($($order:tt)*) => {
            match along {
                Along::All => fitting!("", $($order)*),
                Along::Root(root) => fitting!("l.root = $15 AND ", $($order)*, root),
                Along::Category(category) => fitting!("l.category = $15 AND ", $($order)*, category),
                Along::Color(color) => fitting!("l.color = $15 AND ", $($order)*, color),
                Along::Material(material) => fitting!("l.material = $15 AND ", $($order)*, material),
                Along::CategoryColor(category, color) => {
                    fitting!("l.category = $15 AND l.color = $16 AND ", $($order)*, category, color)
                }
                Along::CategoryMaterial(category, material) => {
                    fitting!("l.category = $15 AND l.material = $16 AND ", $($order)*, category, material)
                }
            }
        };
    }
    let row = match from.0 {
        Sort::Newest | Sort::Relevance => in_order!(
            "(l.created_at, l.product_id) < ($1::timestamptz, $2)",
            "l.created_at",
            " DESC",
            "NULL::bigint AS last_price, (array_agg(w.sort_key))[($3::bigint - 1)::integer] AS last_created",
            from.time()?
        ),
        // Both ends are conditions of the index: a walk within a range of prices ends with it.
        Sort::Price => in_order!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)
             AND coalesce(l.price, 9223372036854775807) <= coalesce($9::bigint, 9223372036854775807)",
            "coalesce(l.price, 9223372036854775807)",
            "",
            "(array_agg(w.sort_key))[($3::bigint - 1)::integer] AS last_price, NULL::timestamptz AS last_created",
            from.1
        ),
        Sort::PriceDown => in_order!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)
             AND coalesce(l.price, -1) >= coalesce($8::bigint, -1)",
            "coalesce(l.price, -1)",
            " DESC",
            "(array_agg(w.sort_key))[($3::bigint - 1)::integer] AS last_price, NULL::timestamptz AS last_created",
            from.1
        ),
    };
    let walked = row.into_walked(from.0, size.get().into());
    if known.is_none()
        && let (Some(low), Some(high)) = walked.prices
    {
        vocabulary.counts.keep_prices(wanted, (low, high));
    }
    Ok(walked)
}

/// Where a unit stands; with its time in the order of times.
pub(super) fn position(
    sort: Sort,
    id: Uuid,
    price: Option<i64>,
    created_at: Option<OffsetDateTime>,
) -> Position {
    match created_at {
        Some(created_at) => Position::of_newest(created_at, id),
        None => Position::of_price(sort, price, id),
    }
}
