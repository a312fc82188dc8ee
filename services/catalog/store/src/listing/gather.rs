use sqlx::PgConnection;

use super::along::Along;
use super::filter::{Range, Wanted};
use super::packed::{Row, unpack};

/// Reads the rows of lists of the index of terms, each up to its limit. One statement, which answers one row a list.
pub(crate) async fn gather(
    conn: &mut PgConnection,
    wanted: &[(i64, i64)],
) -> Result<Vec<Vec<Row>>, sqlx::Error> {
    let (terms, limits): (Vec<i64>, Vec<i64>) = wanted.iter().copied().unzip();
    let found = sqlx::query_scalar!(
        r#"SELECT (SELECT string_agg(packed, '')
                   FROM (SELECT packed FROM listing
                         WHERE listing_terms(path, color, material, available, props) @> ARRAY[list.term]
                         LIMIT list.most) found)
           FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS list (term, most, nth)
           ORDER BY nth"#,
        &terms,
        &limits,
    )
    .fetch_all(conn)
    .await?;
    found.into_iter().map(unpack).collect()
}

/// Reads the rows of units whose number is in a range, in these categories, up to a limit.
pub(crate) async fn in_range(
    conn: &mut PgConnection,
    range: &Range,
    categories: &[i32],
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let packed = sqlx::query_scalar!(
        r#"SELECT string_agg(l.packed, '')
           FROM (SELECT product_id FROM listing_number
                 WHERE property = $1 AND category = ANY($2) AND value BETWEEN $3 AND $4 LIMIT $5) n
           JOIN listing l ON l.product_id = n.product_id"#,
        range.property,
        categories,
        range.low,
        range.high,
        limit,
    )
    .fetch_one(conn)
    .await?;
    unpack(packed)
}

/// Reads the rows of units of a walk's list with a price in a range that are of the categories (where they are given), the
/// colour and the material wanted; `None` when more than `most` units have such a price, whatever they are. Whoever asks tests
/// the rows once more.
///
/// What else a unit is, the index of prices says. So what is something else, or by its marks has other values, or cannot be
/// bought, is not looked up; but where at most the last is wanted, looking up by the index itself takes half as long.
pub(crate) async fn priced(
    conn: &mut PgConnection,
    wanted: &Wanted,
    along: Along,
    categories: Option<&[i32]>,
    (low, high): (i64, i64),
    most: i64,
) -> Result<Option<Vec<Row>>, sqlx::Error> {
    let of_color = wanted.color.filter(|&color| along.color() != Some(color));
    let of_material = wanted
        .material
        .filter(|&material| along.material() != Some(material));
    let marks = wanted.marks();
    let is_sifted = categories.is_some() || of_color.is_some() || of_material.is_some() || marks.is_some();
    /// The condition has to be text of the statement for an index to serve it. What has no price is at its end, and left
    /// out.
    macro_rules! priced {
        ($packed:literal, $read:literal, $along:literal $(, $value:expr)*) => {
            sqlx::query!(
                r#"SELECT count(*) AS "met!", string_agg("# + $packed + ", '') AS packed
                 FROM (SELECT " + $read + " FROM listing
                       WHERE " + $along + " coalesce(price, 9223372036854775807) BETWEEN $1 AND least($2, 9223372036854775806)
                       LIMIT $3) found",
                low,
                high,
                most + 1,
                $($value),*
            )
            .fetch_one(conn)
            .await
            .map(|row| (row.met, row.packed))?
        };
    }
    macro_rules! sifted {
        ($along:literal $(, $value:expr)*) => {
            priced!(
                "CASE WHEN ($4::integer[] IS NULL OR found.category = ANY($4))
                           AND ($5::integer IS NULL OR found.color = $5)
                           AND ($6::integer IS NULL OR found.material = $6)
                           AND (NOT $7::boolean OR found.available)
                           AND (found.marks & $8::bigint = $8) IS NOT FALSE
                      THEN (SELECT l.packed FROM listing l WHERE l.product_id = found.product_id) END",
                "product_id, category, color, material, available, marks",
                $along,
                categories,
                of_color,
                of_material,
                wanted.available,
                marks
                $(, $value)*
            )
        };
    }
    let (met, packed) = match (along, is_sifted) {
        (Along::All, false) => priced!("packed", "packed", ""),
        (Along::Root(root), false) => priced!("packed", "packed", "root = $4 AND", root),
        (Along::Category(category), false) => priced!("packed", "packed", "category = $4 AND", category),
        (Along::Color(color), false) => priced!("packed", "packed", "color = $4 AND", color),
        (Along::Material(material), false) => priced!("packed", "packed", "material = $4 AND", material),
        (Along::CategoryColor(category, color), false) => {
            priced!(
                "packed",
                "packed",
                "category = $4 AND color = $5 AND",
                category,
                color
            )
        }
        (Along::CategoryMaterial(category, material), false) => {
            priced!(
                "packed",
                "packed",
                "category = $4 AND material = $5 AND",
                category,
                material
            )
        }
        (Along::All, true) => sifted!(""),
        (Along::Root(root), true) => sifted!("root = $9 AND", root),
        (Along::Category(category), true) => sifted!("category = $9 AND", category),
        (Along::Color(color), true) => sifted!("color = $9 AND", color),
        (Along::Material(material), true) => sifted!("material = $9 AND", material),
        (Along::CategoryColor(category, color), true) => {
            sifted!("category = $9 AND color = $10 AND", category, color)
        }
        (Along::CategoryMaterial(category, material), true) => {
            sifted!("category = $9 AND material = $10 AND", category, material)
        }
    };
    if met > most {
        return Ok(None);
    }
    unpack(packed).map(Some)
}
