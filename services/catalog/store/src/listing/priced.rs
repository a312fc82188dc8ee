use sqlx::PgConnection;

use super::along::Along;
use super::filter::Wanted;
use super::packed::{Row, unpack};

/// The index by price that a range is read from: a walk's, or, since no order is needed here, parts of one for several kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ByPrice {
    Along(Along),
    /// What has a colour, of each of these categories.
    KindsColor(Vec<i32>, i32),
    /// What is of a material, of each of these categories.
    KindsMaterial(Vec<i32>, i32),
}

impl ByPrice {
    const fn color(&self) -> Option<i32> {
        match self {
            Self::Along(along) => along.color(),
            Self::KindsColor(_, color) => Some(*color),
            Self::KindsMaterial(..) => None,
        }
    }

    const fn material(&self) -> Option<i32> {
        match self {
            Self::Along(along) => along.material(),
            Self::KindsColor(..) => None,
            Self::KindsMaterial(_, material) => Some(*material),
        }
    }
}

/// Reads the rows of units of a list with a price in a range that are of the categories (where they are given), the colour
/// and the material wanted; `None` when more than `most` units have such a price, whatever they are. Whoever asks tests the
/// rows once more.
///
/// What else a unit is, the index of prices says. So what is something else, or by its marks has other values, or cannot be
/// bought, is not looked up; but where at most the last is wanted, looking up by the index itself takes half as long.
#[expect(clippy::too_many_lines, reason = "one statement")]
pub(crate) async fn priced(
    conn: &mut PgConnection,
    wanted: &Wanted,
    list: &ByPrice,
    categories: Option<&[i32]>,
    (low, high): (i64, i64),
    most: i64,
) -> Result<Option<Vec<Row>>, sqlx::Error> {
    let of_color = wanted.color.filter(|&color| list.color() != Some(color));
    let of_material = wanted
        .material
        .filter(|&material| list.material() != Some(material));
    let marks = wanted.marks();
    let is_sifted = categories.is_some() || of_color.is_some() || of_material.is_some() || marks.is_some();
    /// The condition has to be text of the statement for an index to serve it. What has no price is at its end, and left
    /// out.
    macro_rules! priced {
        ($packed:literal, $read:literal, $each:literal, $along:literal $(, $value:expr)*) => {
            sqlx::query!(
                r#"SELECT count(*) AS "met!", string_agg("# + $packed + ", '') AS packed
                 FROM (SELECT " + $read + "
                       FROM " + $each + "
                           (SELECT " + $read + " FROM listing
                            WHERE " + $along + " coalesce(price, 9223372036854775807)
                                BETWEEN $1 AND least($2, 9223372036854775806)
                            LIMIT $3) listing
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
        ($each:literal, $along:literal $(, $value:expr)*) => {
            priced!(
                "CASE WHEN ($4::integer[] IS NULL OR found.category = ANY($4))
                           AND ($5::integer IS NULL OR found.color = $5)
                           AND ($6::integer IS NULL OR found.material = $6)
                           AND (NOT $7::boolean OR found.available)
                           AND (found.marks & $8::bigint = $8) IS NOT FALSE
                      THEN (SELECT l.packed FROM listing l WHERE l.product_id = found.product_id) END",
                "product_id, category, color, material, available, marks",
                $each,
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
    macro_rules! along {
        ($plain:literal, $sifted:literal $(, $value:expr)*) => {
            if is_sifted {
                sifted!("", $sifted $(, $value)*)
            } else {
                priced!("packed", "packed", "", $plain $(, $value)*)
            }
        };
    }
    // `category = ANY` alone might be planned as a filter of what has the colour.
    macro_rules! of_each {
        ($plain:literal, $sifted:literal $(, $value:expr)*) => {
            if is_sifted {
                sifted!("unnest($9::integer[]) kind CROSS JOIN LATERAL", $sifted $(, $value)*)
            } else {
                priced!("packed", "packed", "unnest($4::integer[]) kind CROSS JOIN LATERAL", $plain $(, $value)*)
            }
        };
    }
    let (met, packed) = match list {
        ByPrice::Along(Along::All) => along!("", ""),
        ByPrice::Along(Along::Root(root)) => along!("root = $4 AND", "root = $9 AND", root),
        ByPrice::Along(Along::Category(category)) => {
            along!("category = $4 AND", "category = $9 AND", category)
        }
        ByPrice::Along(Along::Color(color)) => along!("color = $4 AND", "color = $9 AND", color),
        ByPrice::Along(Along::Material(material)) => {
            along!("material = $4 AND", "material = $9 AND", material)
        }
        ByPrice::Along(Along::CategoryColor(category, color)) => {
            along!(
                "category = $4 AND color = $5 AND",
                "category = $9 AND color = $10 AND",
                category,
                color
            )
        }
        ByPrice::Along(Along::CategoryMaterial(category, material)) => {
            along!(
                "category = $4 AND material = $5 AND",
                "category = $9 AND material = $10 AND",
                category,
                material
            )
        }
        ByPrice::KindsColor(kinds, color) => {
            of_each!(
                "category = kind AND color = $5 AND",
                "category = kind AND color = $10 AND",
                kinds,
                color
            )
        }
        ByPrice::KindsMaterial(kinds, material) => {
            of_each!(
                "category = kind AND material = $5 AND",
                "category = kind AND material = $10 AND",
                kinds,
                material
            )
        }
    };
    if met > most {
        return Ok(None);
    }
    unpack(packed).map(Some)
}
