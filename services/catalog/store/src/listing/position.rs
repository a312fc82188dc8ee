use std::cmp::Ordering;

use kernel::{BadCursor, decode_cursor};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sort;
use super::filter::Wanted;
use super::packed::Row;

/// Sort key of the last unit of a page, or of the last that was looked at. It names the order it belongs to, so that a
/// cursor of another order is refused instead of showing a wrong page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position(pub Sort, pub i64, pub Uuid);

impl Position {
    /// Before everything, so that the first page is asked for like every other one and takes the same index.
    pub(crate) const fn start(sort: Sort) -> Self {
        match sort {
            Sort::Price => Self(sort, i64::MIN, Uuid::nil()),
            Sort::PriceDown | Sort::Relevance => Self(sort, i64::MAX, Uuid::max()),
            // The last microsecond of the year 9999.
            Sort::Newest => Self(sort, 253_402_300_799_999_999, Uuid::max()),
        }
    }

    pub(crate) fn parse(sort: Sort, cursor: Option<&str>) -> Result<Self, BadCursor> {
        let Some(text) = cursor else {
            return Ok(Self::start(sort));
        };
        let position: Self = decode_cursor(text)?;
        if position.is_of(sort) {
            Ok(position)
        } else {
            Err(BadCursor)
        }
    }

    /// Whether it is one of a list in this order.
    pub(crate) fn is_of(&self, sort: Sort) -> bool {
        self.0 == sort && (sort != Sort::Newest || self.time().is_ok())
    }

    /// Where a row stands; `score` is what words say of it.
    pub(crate) fn of(sort: Sort, row: &Row, score: i64) -> Self {
        match sort {
            Sort::Newest => Self(sort, row.created_at, row.id),
            Sort::Relevance => Self(sort, score, row.id),
            _ => Self::of_price(sort, row.price, row.id),
        }
    }

    pub(crate) fn of_newest(created_at: OffsetDateTime, id: Uuid) -> Self {
        let micros = created_at.unix_timestamp_nanos() / 1_000;
        Self(Sort::Newest, i64::try_from(micros).unwrap_or(i64::MAX), id)
    }

    pub(crate) fn of_price(sort: Sort, price: Option<i64>, id: Uuid) -> Self {
        let missing = if sort == Sort::Price { i64::MAX } else { -1 };
        Self(sort, price.unwrap_or(missing), id)
    }

    /// Whether `other` comes after this one in their order.
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        self.in_order(other).is_lt()
    }

    /// Sorts as the list does.
    pub(crate) fn in_order(&self, other: &Self) -> Ordering {
        let (ours, theirs) = ((self.1, self.2), (other.1, other.2));
        match self.0 {
            Sort::Price => ours.cmp(&theirs),
            _ => theirs.cmp(&ours),
        }
    }

    /// Where a walk in the order of prices has to begin to meet the range of prices first.
    pub(crate) fn within(self, wanted: &Wanted) -> Self {
        match (self.0, wanted.min_price, wanted.max_price) {
            (Sort::Price, Some(min), _) if self.1 < min => Self(self.0, min - 1, Uuid::max()),
            (Sort::PriceDown, _, Some(max)) if self.1 > max => {
                Self(self.0, max.saturating_add(1), Uuid::nil())
            }
            _ => self,
        }
    }

    pub(crate) fn time(&self) -> Result<OffsetDateTime, BadCursor> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.1) * 1_000).map_err(|_| BadCursor)
    }
}
