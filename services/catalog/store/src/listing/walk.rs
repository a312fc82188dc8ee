use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::filter::Wanted;
use super::position::Position;
use super::{ListError, Sort};

/// Rows of the list that one request looks through (the number stands in the statements).
pub(crate) const LOOKED_THROUGH: i64 = 2_000;

/// The index that a walk follows: all units, or those that have one thing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    All,
    Root(i32),
    Category(i32),
    Color(i32),
    Material(i32),
}

/// A unit with what it was found by, and, the same in every row, the range of prices when it was met soon.
#[derive(Debug)]
pub(crate) struct Walked {
    low: Option<i64>,
    high: Option<i64>,
    pub id: Uuid,
    price: Option<i64>,
    /// In the order of prices not read.
    created_at: Option<OffsetDateTime>,
}

impl Walked {
    pub(crate) fn position(&self, sort: Sort) -> Position {
        position(sort, self.id, self.price, self.created_at)
    }

    pub(crate) const fn prices(&self) -> (Option<i64>, Option<i64>) {
        (self.low, self.high)
    }
}

/// Follows an index in the order of the list from a position on, and stops after `limit` matches or
/// [`LOOKED_THROUGH`] rows. The range of prices, without the filter by price, is looked for at both ends of the same
/// index, not far. `categories`: where the index does not say it, those that are wanted.
///
/// What is passed by is not read: all that is asked of it is in the index, but for properties, which are looked up where
/// everything else fits.
#[expect(clippy::too_many_lines, reason = "one statement")]
pub(crate) async fn walk(
    conn: &mut PgConnection,
    wanted: &Wanted,
    along: Along,
    categories: Option<&[i32]>,
    from: &Position,
    limit: i64,
) -> Result<Vec<Walked>, ListError> {
    let ranges = wanted.ranges();
    let numbers = ranges.as_ref().map(|(properties, ..)| &**properties);
    let lows = ranges.as_ref().map(|(_, lows, _)| &**lows);
    let highs = ranges.as_ref().map(|(.., highs)| &**highs);
    let props = (!wanted.props.is_empty()).then_some(&*wanted.props);
    let from = from.within(wanted);
    /// The condition and the order have to be text of the statement for an index to serve them.
    macro_rules! walk {
        ($fits:literal, $along:literal, $after:literal, $by:literal, $down:literal, $created:literal, $key:expr
         $(, $value:expr)?) => {
            sqlx::query_as!(
                Walked,
                r#"SELECT
                       (SELECT l.price
                        FROM (SELECT l.product_id, l.price, l.category, l.color, l.material, l.available FROM listing l
                              WHERE "# + $along + r#" l.product_id IS NOT NULL
                              ORDER BY coalesce(l.price, 9223372036854775807), l.product_id LIMIT 300) l
                        WHERE l.price IS NOT NULL AND "# + $fits + r#" LIMIT 1) AS low,
                       (SELECT l.price
                        FROM (SELECT l.product_id, l.price, l.category, l.color, l.material, l.available FROM listing l
                              WHERE "# + $along + r#" l.product_id IS NOT NULL
                              ORDER BY coalesce(l.price, -1) DESC, l.product_id DESC LIMIT 300) l
                        WHERE l.price IS NOT NULL AND "# + $fits + r#" LIMIT 1) AS high,
                       l.product_id AS "id!", l.price, l.created_at AS "created_at?"
                   FROM (SELECT l.product_id, l.price, l.category, l.color, l.material, l.available,
                                "# + $created + " AS created_at, " + $by + " AS sort_key
                         FROM listing l WHERE " + $along + $after + " ORDER BY " + $by + $down + ", l.product_id" + $down
                         + " LIMIT 2000) l
                   WHERE ($8::bigint IS NULL OR l.price >= $8)
                     AND ($9::bigint IS NULL OR l.price <= $9)
                     AND " + $fits + "
                   ORDER BY l.sort_key" + $down + ", l.product_id" + $down + " LIMIT $3",
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
                $($value)?
            )
            .fetch_all(conn)
            .await?
        };
    }
    macro_rules! fitting {
        ($($walk:tt)*) => {
            walk!(
                "($4::integer[] IS NULL OR l.category = ANY($4))
                 AND ($5::integer IS NULL OR l.color = $5)
                 AND ($6::integer IS NULL OR l.material = $6)
                 AND (NOT $7::boolean OR l.available)
                 AND ($10::bigint[] IS NULL AND $11::integer[] IS NULL OR (
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
                Along::Root(root) => fitting!("l.root = $14 AND ", $($order)*, root),
                Along::Category(category) => fitting!("l.category = $14 AND ", $($order)*, category),
                Along::Color(color) => fitting!("l.color = $14 AND ", $($order)*, color),
                Along::Material(material) => fitting!("l.material = $14 AND ", $($order)*, material),
            }
        };
    }
    Ok(match from.0 {
        Sort::Newest | Sort::Relevance => in_order!(
            "(l.created_at, l.product_id) < ($1::timestamptz, $2)",
            "l.created_at",
            " DESC",
            "l.created_at",
            from.time()?
        ),
        // Both ends are conditions of the index: a walk within a range of prices ends with it.
        Sort::Price => in_order!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)
             AND coalesce(l.price, 9223372036854775807) <= coalesce($9::bigint, 9223372036854775807)",
            "coalesce(l.price, 9223372036854775807)",
            "",
            "NULL::timestamptz",
            from.1
        ),
        Sort::PriceDown => in_order!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)
             AND coalesce(l.price, -1) >= coalesce($8::bigint, -1)",
            "coalesce(l.price, -1)",
            " DESC",
            "NULL::timestamptz",
            from.1
        ),
    })
}

/// Where a walk that looked through all it may has come to; `None` when the list ended before.
pub(crate) async fn reached(
    conn: &mut PgConnection,
    wanted: &Wanted,
    along: Along,
    from: &Position,
) -> Result<Option<Position>, ListError> {
    let from = from.within(wanted);
    macro_rules! reached {
        ($along:literal, $after:literal, $order:literal, $created:literal, $key:expr $(, $value:expr)?) => {
            sqlx::query!(
                "SELECT l.product_id, l.price, " + $created + r#" AS "created_at?" FROM listing l
                 WHERE "# + $along + $after + " ORDER BY " + $order + " OFFSET 1999 LIMIT 1",
                $key,
                from.2,
                $($value)?
            )
            .fetch_optional(conn)
            .await?
            .map(|row| (row.product_id, row.price, row.created_at))
        };
    }
    macro_rules! in_order {
        ($($order:tt)*) => {
            match along {
                Along::All => reached!("", $($order)*),
                Along::Root(root) => reached!("l.root = $3 AND ", $($order)*, root),
                Along::Category(category) => reached!("l.category = $3 AND ", $($order)*, category),
                Along::Color(color) => reached!("l.color = $3 AND ", $($order)*, color),
                Along::Material(material) => reached!("l.material = $3 AND ", $($order)*, material),
            }
        };
    }
    let last = match from.0 {
        Sort::Newest | Sort::Relevance => in_order!(
            "(l.created_at, l.product_id) < ($1::timestamptz, $2)",
            "l.created_at DESC, l.product_id DESC",
            "l.created_at",
            from.time()?
        ),
        Sort::Price => in_order!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)",
            "coalesce(l.price, 9223372036854775807), l.product_id",
            "NULL::timestamptz",
            from.1
        ),
        Sort::PriceDown => in_order!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)",
            "coalesce(l.price, -1) DESC, l.product_id DESC",
            "NULL::timestamptz",
            from.1
        ),
    };
    Ok(last
        .map(|(id, price, created_at)| position(from.0, id, price, created_at))
        .filter(|position| in_range(position, wanted)))
}

/// Where a unit stands; with its time in the order of times.
fn position(sort: Sort, id: Uuid, price: Option<i64>, created_at: Option<OffsetDateTime>) -> Position {
    match created_at {
        Some(created_at) => Position::of_newest(created_at, id),
        None => Position::of_price(sort, price, id),
    }
}

/// Whether anything in the range of prices may come after the position.
fn in_range(position: &Position, wanted: &Wanted) -> bool {
    match position.0 {
        Sort::Price => wanted.max_price.is_none_or(|max| position.1 <= max),
        Sort::PriceDown => wanted.min_price.is_none_or(|min| position.1 >= min),
        Sort::Newest | Sort::Relevance => true,
    }
}
