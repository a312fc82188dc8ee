use std::collections::HashMap;

use sqlx::PgConnection;

use super::filter::Wanted;
use super::words::{Kind, ListingWords};

/// Stands for "can be bought" where a colour would: what `listing_terms` says of it.
const AVAILABLE: i64 = 0xf_ffff;

/// A list of the index of terms, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub term: i64,
    pub units: i64,
}

/// Counts that were kept up, as far as a filter needs them: for facets, and to decide how to find what matches.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// By category, whether it can be bought, material, colour; 0 stands for any.
    cells: HashMap<(i32, bool, i32, i32), i64>,
    /// By category, whether it can be bought, and value.
    values: HashMap<(i32, bool, i64), i64>,
    /// Lowest and highest, by property.
    pub numbers: HashMap<i32, (f64, f64)>,
}

impl Counts {
    pub(crate) fn cell(&self, category: i32, available: bool, material: i32, color: i32) -> i64 {
        let cell = (category, available, material, color);
        self.cells.get(&cell).copied().unwrap_or(0)
    }

    pub(crate) fn value(&self, category: i32, available: bool, term: i64) -> i64 {
        let value = (category, available, term);
        self.values.get(&value).copied().unwrap_or(0)
    }

    /// Values of properties in a category, with their counts.
    pub(crate) fn values_of(&self, category: i32, available: bool) -> impl Iterator<Item = (i64, i64)> {
        self.values
            .iter()
            .filter(move |((c, a, _), _)| (*c, *a) == (category, available))
            .map(|((_, _, term), units)| (*term, *units))
    }

    /// The shortest list that has all that match, made without one of the filters; `None` when no filter that is left
    /// has a list.
    pub(crate) fn anchor(&self, wanted: &Wanted, except: Option<super::filter::Group>) -> Option<Anchor> {
        use super::filter::{Group, property_of};
        let either = |group, key: Option<i32>| match key {
            Some(key) if except != Some(group) => vec![0, key],
            _ => vec![0],
        };
        let mut anchors = Vec::new();
        for category in either(Group::Category, wanted.category) {
            let at = i64::from(category) << 40;
            for &color in &either(Group::Color, wanted.color) {
                for &material in &either(Group::Material, wanted.material) {
                    if (category, color, material) != (0, 0, 0) {
                        anchors.push(Anchor {
                            term: at | i64::from(color) << 20 | i64::from(material),
                            units: self.cell(category, false, material, color),
                        });
                    }
                }
            }
            if wanted.available && except != Some(Group::Available) {
                anchors.push(Anchor {
                    term: at | AVAILABLE << 20,
                    units: self.cell(category, true, 0, 0),
                });
            }
            for &term in &wanted.props {
                if except != Some(Group::Property(property_of(term))) {
                    anchors.push(Anchor {
                        term: -(at | term),
                        units: self.value(category, false, term),
                    });
                }
            }
        }
        anchors.into_iter().min_by_key(|anchor| anchor.units)
    }
}

/// Reads what a search needs to know: how common the places wanted are. One statement of a few index look-ups; none where
/// no place is wanted.
pub(crate) async fn of_places(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
) -> Result<Counts, sqlx::Error> {
    let mut counts = Counts::default();
    counts.cells.insert((0, false, 0, 0), vocabulary.units);
    counts.cells.insert((0, true, 0, 0), vocabulary.bought);
    if wanted.places().is_empty() {
        return Ok(counts);
    }
    let rows = sqlx::query!(
        r#"SELECT category AS "category!", available AS "available!", material AS "material!", color AS "color!",
                  NULL::bigint AS term, units AS "units!"
           FROM facet_cell
           WHERE category = ANY(ARRAY[0, $1]) AND NOT available AND material = ANY(ARRAY[0, $2])
             AND color = ANY(ARRAY[0, $3])
           UNION ALL
           SELECT category, available, material, color, NULL, units
           FROM facet_cell WHERE category = ANY(ARRAY[0, $1]) AND available AND material = 0 AND color = 0
           UNION ALL
           SELECT category, available, material, color, NULL, units
           FROM facet_cell WHERE category = $1 AND available AND material = $2 AND color = $3
           UNION ALL
           SELECT category, available, 0, 0, term, units
           FROM facet_value WHERE category = ANY(ARRAY[0, $1]) AND NOT available AND term = ANY($4)"#,
        wanted.category.unwrap_or(0),
        wanted.material.unwrap_or(0),
        wanted.color.unwrap_or(0),
        &wanted.props,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if let Some(term) = row.term {
            let value = (row.category, row.available, term);
            counts.values.insert(value, row.units);
        } else {
            let cell = (row.category, row.available, row.material, row.color);
            counts.cells.insert(cell, row.units);
        }
    }
    Ok(counts)
}

/// Reads the counts for facets. One statement of a few dozen index look-ups.
#[expect(clippy::too_many_lines, reason = "one statement")]
pub(crate) async fn read(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
) -> Result<Counts, sqlx::Error> {
    let category = wanted.category.unwrap_or(0);
    let (color, material) = (wanted.color.unwrap_or(0), wanted.material.unwrap_or(0));
    let mut offered = vocabulary.offered(wanted.category);
    offered.push(category);
    let mut places = vec![0];
    let mut numbers = Vec::new();
    let mut below = Vec::new();
    if let Some(category) = wanted.category {
        places.extend([category, vocabulary.root_of(category)]);
        let properties = vocabulary.properties_of(category);
        let of_number = properties.iter().filter(|property| property.kind == Kind::Number);
        numbers.extend(of_number.map(|property| property.key));
        if !numbers.is_empty() {
            below = vocabulary.subtree(category);
        }
    }
    // In one row, instead of a hundred small ones.
    let found = sqlx::query!(
        r#"SELECT array_agg(category) AS categories, array_agg(available) AS available,
                  array_agg(material) AS materials, array_agg(color) AS colors, array_agg(term) AS terms,
                  array_agg(units) AS units, array_agg(low) FILTER (WHERE term < 0) AS lows,
                  array_agg(high) FILTER (WHERE term < 0) AS highs
           FROM (
               SELECT category, available, material, color, 0::bigint AS term, units, NULL::float8 AS low,
                      NULL::float8 AS high
               FROM facet_cell WHERE category = ANY($1) AND available = $2 AND material = $3 AND color = $4
               UNION ALL
               SELECT category, available, material, color, 0, units, NULL, NULL
               FROM facet_cell WHERE category = $5 AND available = $2 AND material = $3 AND color > 0
               UNION ALL
               SELECT category, available, material, color, 0, units, NULL, NULL
               FROM facet_cell WHERE category = $5 AND available = $2 AND color = $4 AND material > 0
               UNION ALL
               SELECT category, available, material, color, 0, units, NULL, NULL
               FROM facet_cell WHERE category = $5 AND available AND material = $3 AND color = $4
               UNION ALL
               SELECT category, available, material, color, 0, units, NULL, NULL
               FROM facet_cell
               WHERE category = ANY($6) AND NOT available AND material = ANY(ARRAY[0, $3]) AND color = ANY(ARRAY[0, $4])
               UNION ALL
               SELECT category, available, material, color, 0, units, NULL, NULL
               FROM facet_cell WHERE category = ANY($6) AND available AND material = 0 AND color = 0
               UNION ALL
               SELECT category, available, 0, 0, term, units, NULL, NULL
               FROM facet_value WHERE category = $5 AND available = $2 AND $5 > 0
               UNION ALL
               SELECT category, available, 0, 0, term, units, NULL, NULL
               FROM facet_value WHERE category = ANY(ARRAY[0, $5]) AND NOT available AND term = ANY($7)
               UNION ALL
               SELECT p, false, 0, 0, -1, 0, min(lowest.value), max(highest.value)
               FROM unnest($8::integer[]) p
               CROSS JOIN unnest($9::integer[]) c
               CROSS JOIN LATERAL (SELECT value FROM listing_number WHERE property = p AND category = c
                                   ORDER BY value LIMIT 1) lowest
               CROSS JOIN LATERAL (SELECT value FROM listing_number WHERE property = p AND category = c
                                   ORDER BY value DESC LIMIT 1) highest
               GROUP BY p
           ) c"#,
        &offered,
        wanted.available,
        material,
        color,
        category,
        &places,
        &wanted.props,
        &numbers,
        &below,
    )
    .fetch_one(conn)
    .await?;
    let mut counts = Counts::default();
    let categories = found.categories.unwrap_or_default();
    let cells = found
        .materials
        .unwrap_or_default()
        .into_iter()
        .zip(found.colors.unwrap_or_default());
    let terms = found
        .terms
        .unwrap_or_default()
        .into_iter()
        .zip(found.units.unwrap_or_default());
    let available = found.available.unwrap_or_default();
    let mut ranges = found
        .lows
        .unwrap_or_default()
        .into_iter()
        .zip(found.highs.unwrap_or_default());
    for (((category, available), (material, color)), (term, units)) in
        categories.into_iter().zip(available).zip(cells).zip(terms)
    {
        match term {
            0 => {
                let cell = (category, available, material, color);
                counts.cells.insert(cell, units);
            }
            1.. => {
                counts.values.insert((category, available, term), units);
            }
            _ => counts
                .numbers
                .extend(ranges.next().map(|range| (category, range))),
        }
    }
    Ok(counts)
}
