use contracts::catalog::ImageVariant;
use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::filter::Wanted;
use super::position::Position;
use super::{ListError, Sort};
use crate::rows::CardRow;

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

/// A card with what it was found by, and, the same in every row, the range of prices when it was met soon.
#[derive(Debug)]
pub(crate) struct Walked {
    low: Option<i64>,
    high: Option<i64>,
    listed_price: Option<i64>,
    listed_at: OffsetDateTime,
    id: Uuid,
    slug: String,
    name_ru: String,
    name_en: String,
    category: String,
    category_ru: String,
    category_en: String,
    color: String,
    color_ru: String,
    color_en: String,
    color_hex: String,
    material: String,
    material_ru: String,
    material_en: String,
    height_mm: i32,
    width_mm: i32,
    depth_mm: i32,
    price_amount: Option<i64>,
    price_currency: Option<String>,
    available: i64,
    image_key: Option<String>,
    image_width: Option<i32>,
    image_height: Option<i32>,
    image_variants: Option<Json<Vec<ImageVariant>>>,
}

impl Walked {
    pub(crate) fn position(&self, sort: Sort) -> Position {
        match sort {
            Sort::Price | Sort::PriceDown => Position::of_price(sort, self.listed_price, self.id),
            Sort::Newest | Sort::Relevance => Position::of_newest(self.listed_at, self.id),
        }
    }

    pub(crate) const fn prices(&self) -> (Option<i64>, Option<i64>) {
        (self.low, self.high)
    }

    pub(crate) fn into_row(self) -> CardRow {
        CardRow {
            id: self.id,
            slug: self.slug,
            name_ru: self.name_ru,
            name_en: self.name_en,
            category: self.category,
            category_ru: self.category_ru,
            category_en: self.category_en,
            color: self.color,
            color_ru: self.color_ru,
            color_en: self.color_en,
            color_hex: self.color_hex,
            material: self.material,
            material_ru: self.material_ru,
            material_en: self.material_en,
            height_mm: self.height_mm,
            width_mm: self.width_mm,
            depth_mm: self.depth_mm,
            price_amount: self.price_amount,
            price_currency: self.price_currency,
            available: self.available,
            image_key: self.image_key,
            image_width: self.image_width,
            image_height: self.image_height,
            image_variants: self.image_variants,
        }
    }
}

/// Follows an index in the order of the list from a position on, and stops after `limit` matches or
/// [`LOOKED_THROUGH`] rows. The range of prices, without the filter by price, is looked for at both ends of the same
/// index, not far.
#[expect(clippy::too_many_lines, reason = "one statement")]
pub(crate) async fn walk(
    conn: &mut PgConnection,
    wanted: &Wanted,
    along: Along,
    from: &Position,
    limit: i64,
) -> Result<Vec<Walked>, ListError> {
    let ranges = wanted.ranges();
    let numbers = ranges.as_ref().map(|(properties, ..)| &**properties);
    let lows = ranges.as_ref().map(|(_, lows, _)| &**lows);
    let highs = ranges.as_ref().map(|(.., highs)| &**highs);
    let from = from.within(wanted);
    /// The condition and the order have to be text of the statement for an index to serve them.
    macro_rules! walk {
        ($along:literal, $after:literal, $by:literal, $down:literal, $key:expr $(, $value:expr)?) => {
            sqlx::query_as!(
                Walked,
                r#"SELECT
                       (SELECT l.price
                        FROM (SELECT l.* FROM listing l WHERE "# + $along + r#" l.product_id IS NOT NULL
                              ORDER BY coalesce(l.price, 9223372036854775807), l.product_id LIMIT 300) l
                        WHERE l.price IS NOT NULL
                          AND ($4::integer IS NULL OR $4 = ANY(l.path))
                          AND ($5::integer IS NULL OR l.color = $5)
                          AND ($6::integer IS NULL OR l.material = $6)
                          AND (NOT $7::boolean OR l.available)
                          AND l.props @> $10::bigint[]
                          AND ($11::integer[] IS NULL OR NOT EXISTS (
                              SELECT FROM unnest($11, $12::float8[], $13::float8[]) n (property, low, high)
                              WHERE (l.number_values[array_position(l.number_props, n.property)]
                                     BETWEEN n.low AND n.high) IS NOT TRUE))
                        LIMIT 1) AS low,
                       (SELECT l.price
                        FROM (SELECT l.* FROM listing l WHERE "# + $along + r#" l.product_id IS NOT NULL
                              ORDER BY coalesce(l.price, -1) DESC, l.product_id DESC LIMIT 300) l
                        WHERE l.price IS NOT NULL
                          AND ($4::integer IS NULL OR $4 = ANY(l.path))
                          AND ($5::integer IS NULL OR l.color = $5)
                          AND ($6::integer IS NULL OR l.material = $6)
                          AND (NOT $7::boolean OR l.available)
                          AND l.props @> $10::bigint[]
                          AND ($11::integer[] IS NULL OR NOT EXISTS (
                              SELECT FROM unnest($11, $12::float8[], $13::float8[]) n (property, low, high)
                              WHERE (l.number_values[array_position(l.number_props, n.property)]
                                     BETWEEN n.low AND n.high) IS NOT TRUE))
                        LIMIT 1) AS high,
                       l.price AS listed_price, l.created_at AS "listed_at!",
                       p.id AS "id!", p.slug AS "slug!", p.name_ru AS "name_ru!", p.name_en AS "name_en!",
                       p.category AS "category!", c.name_ru AS "category_ru!", c.name_en AS "category_en!",
                       p.color AS "color!", k.name_ru AS "color_ru!", k.name_en AS "color_en!", k.hex AS "color_hex!",
                       p.material AS "material!", t.name_ru AS "material_ru!", t.name_en AS "material_en!",
                       p.height_mm AS "height_mm!", p.width_mm AS "width_mm!", p.depth_mm AS "depth_mm!",
                       p.price_amount, p.price_currency,
                       coalesce(a.available, 0) AS "available!",
                       m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                       (SELECT jsonb_agg(jsonb_build_object('format', v.format, 'width', v.width,
                                                       'height', v.height, 'key', v.key)
                                    ORDER BY v.format, v.width)
                   FROM media_variant v WHERE v.media_key = m.key) AS "image_variants: Json<Vec<ImageVariant>>"
                   FROM (SELECT l.*
                         FROM (SELECT l.*, "# + $by + " AS sort_key FROM listing l WHERE " + $along + $after + " ORDER BY " + $by
                              + $down + ", l.product_id" + $down + r#" LIMIT 2000) l
                         WHERE ($4::integer IS NULL OR $4 = ANY(l.path))
                           AND ($5::integer IS NULL OR l.color = $5)
                           AND ($6::integer IS NULL OR l.material = $6)
                           AND (NOT $7::boolean OR l.available)
                           AND ($8::bigint IS NULL OR l.price >= $8)
                           AND ($9::bigint IS NULL OR l.price <= $9)
                           AND l.props @> $10::bigint[]
                           AND ($11::integer[] IS NULL OR NOT EXISTS (
                               SELECT FROM unnest($11, $12::float8[], $13::float8[]) n (property, low, high)
                               WHERE (l.number_values[array_position(l.number_props, n.property)]
                                      BETWEEN n.low AND n.high) IS NOT TRUE))
                         ORDER BY l.sort_key"# + $down + ", l.product_id" + $down + r#" LIMIT $3) l
                   JOIN product p ON p.id = l.product_id
                   JOIN category c ON c.code = p.category
                   JOIN color k ON k.code = p.color
                   JOIN material t ON t.code = p.material
                   LEFT JOIN product_availability a ON a.product_id = p.id
                   LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
                   LEFT JOIN media m ON m.key = i.media_key
                   ORDER BY l.sort_key"# + $down + ", l.product_id" + $down,
                $key,
                from.2,
                limit,
                wanted.category,
                wanted.color,
                wanted.material,
                wanted.available,
                wanted.min_price,
                wanted.max_price,
                &wanted.props,
                numbers,
                lows,
                highs,
                $($value)?
            )
            .fetch_all(conn)
            .await?
        };
    }
    macro_rules! in_order {
        ($after:literal, $by:literal, $down:literal, $key:expr) => {
            match along {
                Along::All => walk!("", $after, $by, $down, $key),
                Along::Root(root) => walk!("l.root = $14 AND ", $after, $by, $down, $key, root),
                Along::Category(category) => {
                    walk!("l.category = $14 AND ", $after, $by, $down, $key, category)
                }
                Along::Color(color) => walk!("l.color = $14 AND ", $after, $by, $down, $key, color),
                Along::Material(material) => {
                    walk!("l.material = $14 AND ", $after, $by, $down, $key, material)
                }
            }
        };
    }
    Ok(match from.0 {
        Sort::Newest | Sort::Relevance => in_order!(
            "(l.created_at, l.product_id) < ($1::timestamptz, $2)",
            "l.created_at",
            " DESC",
            from.time()?
        ),
        // Both ends are conditions of the index: a walk within a range of prices ends with it.
        Sort::Price => in_order!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)
             AND coalesce(l.price, 9223372036854775807) <= coalesce($9::bigint, 9223372036854775807)",
            "coalesce(l.price, 9223372036854775807)",
            "",
            from.1
        ),
        Sort::PriceDown => in_order!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)
             AND coalesce(l.price, -1) >= coalesce($8::bigint, -1)",
            "coalesce(l.price, -1)",
            " DESC",
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
        ($along:literal, $after:literal, $order:literal, $key:expr $(, $value:expr)?) => {
            sqlx::query!(
                "SELECT l.product_id, l.price, l.created_at FROM listing l
                 WHERE " + $along + $after + " ORDER BY " + $order + " OFFSET 1999 LIMIT 1",
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
        ($after:literal, $order:literal, $key:expr) => {
            match along {
                Along::All => reached!("", $after, $order, $key),
                Along::Root(root) => reached!("l.root = $3 AND ", $after, $order, $key, root),
                Along::Category(category) => reached!("l.category = $3 AND ", $after, $order, $key, category),
                Along::Color(color) => reached!("l.color = $3 AND ", $after, $order, $key, color),
                Along::Material(material) => reached!("l.material = $3 AND ", $after, $order, $key, material),
            }
        };
    }
    let last = match from.0 {
        Sort::Newest | Sort::Relevance => in_order!(
            "(l.created_at, l.product_id) < ($1::timestamptz, $2)",
            "l.created_at DESC, l.product_id DESC",
            from.time()?
        ),
        Sort::Price => in_order!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)",
            "coalesce(l.price, 9223372036854775807), l.product_id",
            from.1
        ),
        Sort::PriceDown => in_order!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)",
            "coalesce(l.price, -1) DESC, l.product_id DESC",
            from.1
        ),
    };
    let sort = from.0;
    Ok(last
        .map(|(id, price, created_at)| match sort {
            Sort::Price | Sort::PriceDown => Position::of_price(sort, price, id),
            Sort::Newest | Sort::Relevance => Position::of_newest(created_at, id),
        })
        .filter(|position| in_range(position, wanted)))
}

/// Whether anything in the range of prices may come after the position.
fn in_range(position: &Position, wanted: &Wanted) -> bool {
    match position.0 {
        Sort::Price => wanted.max_price.is_none_or(|max| position.1 <= max),
        Sort::PriceDown => wanted.min_price.is_none_or(|min| position.1 >= min),
        Sort::Newest | Sort::Relevance => true,
    }
}
