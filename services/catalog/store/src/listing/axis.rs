use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use kernel::{BadCursor, decode_cursor};

use super::Sort;
use super::bits::{CHUNK, SLICE};
use super::filter::Wanted;
use super::position::Position;
use super::words::ListingWords;

/// The step of what has no price (`price_step`).
const NO_PRICE: i32 = 3_000;

/// Steps of prices that are one place (`chunk_lexemes`).
const WIDE: i32 = 4;
/// Places of prices that are sought at once: a range in which the highest is up to four times the lowest.
const PRICE_PLACES: usize = 24;

/// Slices of a chunk.
const SLICES: i32 = 8;
const _: () = assert!(SLICE * SLICES as i64 == CHUNK);

/// Chunks that may have been begun since the vocabulary was read.
const NEWER: i32 = 16;

/// What a search goes along, window by window: slices of chunks of units, the newest first, or steps of prices. Windows are
/// numbered in the order of the list.
#[derive(Debug)]
pub(super) struct Axis {
    order: Sort,
    /// Those that there are, from where the cursor says, in order.
    pub windows: Vec<i32>,
    /// Steps of the prices wanted.
    steps: std::ops::RangeInclusive<i32>,
    /// Whether not all prices are wanted.
    limited: bool,
    /// The unit whose slug was typed.
    pub named: Option<Uuid>,
}

impl Axis {
    /// One statement of a few look-ups; none where no prices and no slug have to be looked up.
    pub(super) async fn read(
        conn: &mut PgConnection,
        vocabulary: &ListingWords,
        wanted: &Wanted,
        mark: &Mark,
        text: &str,
    ) -> Result<Self, sqlx::Error> {
        let Mark(from, windows) = mark;
        let order = from.0;
        let limited = wanted.prices().is_some();
        // Whoever has shown the page before may have known of newer ones.
        let newest = windows.map_or(vocabulary.newest_chunk, |(first, _)| {
            let known = vocabulary.newest_chunk;
            (first.saturating_neg() / SLICES).clamp(known, known.saturating_add(NEWER))
        });
        if !limited && !is_of_prices(order) && !may_be_slug(text) {
            return Ok(Self {
                order,
                windows: slices(newest),
                steps: 0..=NO_PRICE,
                limited,
                named: None,
            });
        }
        // Prices that are none have a place in the order, but no step.
        let from = match (order, from.1) {
            (Sort::Price, i64::MAX) | (Sort::PriceDown, ..0) => None,
            (_, price) => Some(price),
        };
        let ends = sqlx::query!(
            r#"SELECT (SELECT price_step(price) FROM listing
                       ORDER BY coalesce(price, 9223372036854775807), product_id LIMIT 1) AS cheapest,
                      (SELECT price_step(price) FROM listing
                       ORDER BY coalesce(price, -1) DESC, product_id DESC LIMIT 1) AS dearest,
                      price_step($1) AS "from!", price_step($2) AS "low!", price_step($3) AS "high!",
                      (SELECT product_id FROM listing_text WHERE slug = $4 LIMIT 1) AS named"#,
            from,
            wanted.min_price.unwrap_or(0),
            wanted.max_price.unwrap_or(i64::MAX),
            text,
        )
        .fetch_one(conn)
        .await?;
        let end = |step: Option<i16>| step.map_or(NO_PRICE, i32::from);
        let low = i32::from(ends.low).max(end(ends.cheapest));
        let high = i32::from(ends.high).min(end(ends.dearest));
        let from = i32::from(ends.from);
        let unpriced = (!limited).then_some(NO_PRICE);
        let windows = match order {
            Sort::Price => (low.max(from)..=high).chain(unpriced).collect(),
            Sort::PriceDown => {
                let high = if from == NO_PRICE { -1 } else { high.min(from) };
                let steps = (low..=high).rev().chain(unpriced);
                steps.map(|step| window(order, 0, step)).collect()
            }
            Sort::Newest | Sort::Relevance => slices(newest),
        };
        Ok(Self {
            order,
            windows,
            steps: low..=high,
            limited,
            named: ends.named,
        })
    }

    pub(super) const fn is_of_prices(&self) -> bool {
        is_of_prices(self.order)
    }

    /// Whether the windows are not all there are: since the list is continued, or not all prices are wanted.
    pub(super) fn is_partial(&self, mark: &Mark) -> bool {
        self.limited || mark.1.is_some() || mark.0 != Position::start(self.order)
    }

    /// The window of a unit.
    pub(super) const fn window_of(&self, slice: i32, step: i32) -> i32 {
        window(self.order, slice, step)
    }

    /// How many chunks, or steps of prices, there are from where the cursor says.
    pub(super) const fn rows(&self) -> usize {
        if self.is_of_prices() {
            self.windows.len()
        } else {
            self.windows.len().div_ceil(SLICES as usize)
        }
    }

    /// What words are behind in the index, of steps of prices.
    pub(super) fn prefixes(&self, steps: &[i32]) -> Vec<String> {
        let step = |&window: &i32| match self.order {
            Sort::PriceDown if window > 0 => NO_PRICE,
            Sort::PriceDown => -window,
            _ => window,
        };
        steps.iter().map(|window| format!("p{}:", step(window))).collect()
    }

    /// Whether no unit can have a price that is wanted.
    pub(super) fn is_empty(&self) -> bool {
        self.limited && self.steps.is_empty()
    }

    /// The prices wanted as places, the steps of which are wider; none when all are wanted.
    pub(super) fn price_places(&self) -> Vec<String> {
        let places = self.steps.start() / WIDE..=self.steps.end() / WIDE;
        let limited = self.limited.then_some(places);
        limited
            .into_iter()
            .flatten()
            .map(|place| format!("#p{place}"))
            .collect()
    }

    /// The same, but none where they are too many to be worth it.
    pub(super) fn few_price_places(&self) -> Vec<String> {
        let places = self.price_places();
        if places.len() > PRICE_PLACES {
            return Vec::new();
        }
        places
    }

    /// What words are behind in the index, of all prices wanted.
    pub(super) fn priced(&self) -> Vec<String> {
        self.steps.clone().map(|step| format!("p{step}:")).collect()
    }

    /// A position before all units of a window of prices, and not far.
    pub(super) fn before(&self, window: i32) -> Position {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, which is what is meant"
        )]
        let price = |step: i32| (f64::from(step) / 64.0).exp() as i64;
        match self.order {
            Sort::PriceDown if window > 0 => Position(self.order, 0, Uuid::nil()),
            Sort::PriceDown => Position(self.order, price(1 - window).saturating_add(2), Uuid::max()),
            _ if window == NO_PRICE => Position(self.order, i64::MAX - 1, Uuid::max()),
            _ => Position(self.order, price(window) - 2, Uuid::nil()),
        }
    }
}

const fn is_of_prices(order: Sort) -> bool {
    matches!(order, Sort::Price | Sort::PriceDown)
}

/// Whether a text may be what the address of a unit ends with; most words are Russian.
fn may_be_slug(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.bytes().all(fits)
}

/// All slices of the chunks up to the newest.
fn slices(newest: i32) -> Vec<i32> {
    (-last_slice_of(newest)..=0).collect()
}

const fn last_slice_of(chunk: i32) -> i32 {
    chunk.saturating_mul(SLICES).saturating_add(SLICES - 1)
}

/// The chunk that a slice is a part of.
pub(super) const fn chunk_of(slice: i32) -> i32 {
    slice / SLICES
}

const fn window(order: Sort, slice: i32, step: i32) -> i32 {
    match order {
        Sort::Price => step,
        Sort::PriceDown if step == NO_PRICE => 1,
        Sort::PriceDown => -step,
        Sort::Newest | Sort::Relevance => -slice,
    }
}

/// Where a page of a search ends. Windows that were read together are sorted together, so the position is one among
/// theirs, `(first, last)`, and what comes after the last window follows. A first that is after the last stands for the
/// end of the last. Without windows it is one among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(super) struct Mark(pub Position, pub Option<(i32, i32)>);

/// A mark as cursors have it. Versions whose windows were whole chunks know the first form only, and refuse the other.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    /// Among all, by price, or in windows that are chunks.
    Plain(Position, Option<(i32, i32)>),
    /// In windows that are slices; the last says so.
    Slices(Position, (i32, i32), Slices),
}

#[derive(Serialize, Deserialize)]
enum Slices {
    #[serde(rename = "s")]
    OfChunks,
}

impl From<Written> for Mark {
    fn from(written: Written) -> Self {
        match written {
            Written::Plain(position, Some((first, last))) if !is_of_prices(position.0) => {
                let first = last_slice_of(first.saturating_neg()).saturating_neg();
                Self(position, Some((first, last.saturating_mul(SLICES))))
            }
            Written::Plain(position, windows) => Self(position, windows),
            Written::Slices(position, windows, Slices::OfChunks) => Self(position, Some(windows)),
        }
    }
}

impl From<Mark> for Written {
    fn from(Mark(position, windows): Mark) -> Self {
        match windows {
            Some(windows) if !is_of_prices(position.0) => Self::Slices(position, windows, Slices::OfChunks),
            _ => Self::Plain(position, windows),
        }
    }
}

impl Mark {
    pub(super) fn parse(sort: Sort, cursor: Option<&str>) -> Result<Self, BadCursor> {
        let Some(text) = cursor else {
            return Ok(Self(Position::start(sort), None));
        };
        let mark: Self = decode_cursor(text)?;
        if mark.0.is_of(sort) {
            Ok(mark)
        } else {
            Err(BadCursor)
        }
    }

    /// After all windows before this one.
    pub(super) const fn at(sort: Sort, window: i32) -> Self {
        Self(Position::start(sort), Some((window, window.saturating_sub(1))))
    }
}

#[cfg(test)]
mod tests {
    use kernel::encode_cursor;

    use super::*;

    #[test]
    fn marks_come_back_from_cursors() {
        for (sort, windows) in [
            (Sort::Relevance, Some((-31, -24))),
            (Sort::Newest, Some((-7, -8))),
            (Sort::Newest, None),
            (Sort::Price, Some((5, 9))),
        ] {
            let mark = Mark(Position::start(sort), windows);
            assert_eq!(Mark::parse(sort, Some(&encode_cursor(&mark))), Ok(mark));
        }
    }

    #[test]
    fn chunks_in_cursors_of_versions_before_are_all_their_slices() {
        let position = Position::start(Sort::Relevance);
        for (chunks, slices) in [
            ((-3, -3), (-31, -24)),
            ((-3, -4), (-31, -32)),
            ((0, i32::MAX), (-7, i32::MAX)),
        ] {
            let cursor = encode_cursor(&(position, Some(chunks)));
            assert_eq!(
                Mark::parse(Sort::Relevance, Some(&cursor)),
                Ok(Mark(position, Some(slices)))
            );
        }
        // Steps of prices are what they were.
        let position = Position::start(Sort::Price);
        let cursor = encode_cursor(&(position, Some((3, 4))));
        assert_eq!(
            Mark::parse(Sort::Price, Some(&cursor)),
            Ok(Mark(position, Some((3, 4))))
        );
    }
}
