use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::PgConnection;

use super::words::{Kind, ListingWords};

/// The lowest and the highest number that a category's units have, by property.
pub(crate) type Ranges = HashMap<i32, (f64, f64)>;

/// Ranges by category, as they were read while the [`ListingWords`] were fresh.
#[derive(Debug, Default)]
pub(crate) struct KnownRanges(Mutex<HashMap<i32, Arc<Ranges>>>);

/// The ranges of the properties that a category is narrowed by, those of units below it too. One statement of two index
/// look-ups for each property and category; none where there is no such property, or where somebody has just asked.
pub(crate) async fn ranges(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    category: Option<i32>,
) -> Result<Arc<Ranges>, sqlx::Error> {
    let properties = category.map(|category| vocabulary.properties_of(category));
    let of_number = properties
        .iter()
        .flatten()
        .filter(|property| property.kind == Kind::Number);
    let numbers: Vec<i32> = of_number.map(|property| property.key).collect();
    let Some(category) = category.filter(|_| !numbers.is_empty()) else {
        return Ok(Arc::default());
    };
    let known = || vocabulary.ranges.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(ranges) = known().get(&category) {
        return Ok(Arc::clone(ranges));
    }
    let rows = sqlx::query!(
        r#"SELECT p AS "property!", min(lowest.value) AS "low!", max(highest.value) AS "high!"
           FROM unnest($1::integer[]) p
           CROSS JOIN unnest($2::integer[]) c
           CROSS JOIN LATERAL (SELECT value FROM listing_number WHERE property = p AND category = c
                               ORDER BY value LIMIT 1) lowest
           CROSS JOIN LATERAL (SELECT value FROM listing_number WHERE property = p AND category = c
                               ORDER BY value DESC LIMIT 1) highest
           GROUP BY p"#,
        &numbers,
        &vocabulary.subtree(category),
    )
    .fetch_all(conn)
    .await?;
    let ranges = rows.into_iter().map(|row| (row.property, (row.low, row.high)));
    let ranges = Arc::new(ranges.collect::<Ranges>());
    known().insert(category, Arc::clone(&ranges));
    Ok(ranges)
}
