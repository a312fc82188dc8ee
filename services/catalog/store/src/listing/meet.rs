use std::ops::RangeInclusive;
use std::sync::Arc;

use sqlx::PgConnection;

use super::axis::chunk_of;
use super::bits::{Bits, CHUNK, SLICE, ones, overlay};
use super::lexemes::Sought;
use super::words::ListingWords;

/// Units that have all of what is sought.
pub(super) struct Met {
    /// Serial numbers, those of the newest slice first.
    pub units: Vec<i64>,
    /// The last slice that was taken, where there may be more behind it.
    pub cut_at: Option<i32>,
}

/// All units that have all these words and places, and one of these `prices` unless there are none, of the slices between
/// two; slice by slice until more than `enough` were found. One statement, none where all that is sought was read by others
/// just before.
pub(super) async fn meeting(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    sought: &[Sought],
    places: &[String],
    prices: &[String],
    slices: RangeInclusive<i32>,
    enough: usize,
) -> Result<Met, sqlx::Error> {
    let words = sought
        .iter()
        .map(|word| word.lexemes.iter().map(|(lexeme, _)| lexeme.as_str()).collect());
    let sets: Vec<Vec<&str>> = words
        .chain(places.iter().map(|place| vec![place.as_str()]))
        .chain((!prices.is_empty()).then(|| prices.iter().map(String::as_str).collect()))
        .collect();
    let known = &vocabulary.known_bits;
    let chunks = chunk_of(*slices.start())..=chunk_of(*slices.end());
    let found = known
        .read(conn, &sets.concat(), &chunks, vocabulary.newest_chunk + 1)
        .await?;
    let sets: Vec<Vec<Arc<Bits>>> = sets
        .into_iter()
        .map(|any| {
            any.into_iter()
                .filter_map(|lexeme| found.get(lexeme).cloned())
                .collect()
        })
        .collect();
    let mut met = Met {
        units: Vec::new(),
        cut_at: None,
    };
    let mut left = overlay(&sets, &chunks).peekable();
    while let Some((chunk, units)) = left.next() {
        let first = i64::from(chunk) * CHUNK;
        let units: Vec<i64> = ones(&units).map(|unit| first + unit).collect();
        let mut older = &*units;
        while let Some(&newest) = older.last() {
            let slice = slice_of(newest);
            let (before, within) = older.split_at(older.partition_point(|&unit| slice_of(unit) < slice));
            older = before;
            if slices.contains(&slice) {
                met.units.extend(within);
            }
            if met.units.len() > enough && (!older.is_empty() || left.peek().is_some()) {
                met.cut_at = Some(slice);
                return Ok(met);
            }
        }
    }
    Ok(met)
}

/// The slice of the unit with a serial number; the last there can be where that is larger than there are.
fn slice_of(serial: i64) -> i32 {
    i32::try_from(serial / SLICE).unwrap_or(i32::MAX)
}
