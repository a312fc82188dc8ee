//! Searches in which something wanted is rare: all that match is read at once.

use sqlx::PgConnection;

use super::axis::Axis;
use super::browse::LARGE;
use super::gather::{gather, in_range};
use super::hits::{Hit, among, find, of_serials};
use super::lexemes::at_most;
use super::meet::meeting;
use super::search::Search;

/// Units that are read at once where they are likely to be all that match.
const FEW: i64 = 400;
/// What reading the bits of prices may cost: rows of them, times the share of units that have such prices. The more have
/// them, the sooner a page is full without.
const SIFTED: f64 = 200.0;

impl Search<'_> {
    /// Whether the words and places are expected to be met in few units; and the prices, where these are worth reading.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn expects_few(&self, axis: &Axis) -> bool {
        let share = if self.sifts_prices(axis) {
            1.0
        } else {
            self.share(axis).max(f64::EPSILON)
        };
        self.expected(axis) / share <= FEW as f64
    }

    /// Whether so few have the prices that reading the bits of all chunks for them is worth it.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn sifts_prices(&self, axis: &Axis) -> bool {
        let rows = axis.few_price_places().len() * axis.rows();
        rows as f64 * self.share(axis) <= SIFTED
    }

    /// All that have the words and the places, and about the prices if they are `sifted`, if they are few.
    pub(super) async fn at_once(
        &self,
        conn: &mut PgConnection,
        axis: &Axis,
        sifted: bool,
    ) -> Result<Option<Vec<Hit>>, sqlx::Error> {
        let few = usize::try_from(FEW).unwrap_or(usize::MAX);
        let places = self.wanted.places();
        let prices = if sifted {
            axis.few_price_places()
        } else {
            Vec::new()
        };
        let all = 0..=i32::MAX;
        let met = meeting(conn, self.vocabulary, self.sought, &places, &prices, all, few).await?;
        if !fits(&met.units, FEW) {
            return Ok(None);
        }
        Ok(Some(of_serials(conn, self.text, self.sought, &met.units).await?))
    }

    /// All that match, by the rarest thing wanted, by a number, by price, by the words; `None` when each of them has
    /// too much.
    pub(super) async fn rest(
        &self,
        conn: &mut PgConnection,
        axis: &Axis,
    ) -> Result<Option<Vec<Hit>>, sqlx::Error> {
        if let Some(anchor) = self.vocabulary.counts.anchor(self.wanted, None)
            && anchor.units <= LARGE
        {
            let rows = gather(conn, &[(anchor.term, LARGE + 1)]).await?.swap_remove(0);
            if fits(&rows, LARGE) {
                return Ok(Some(among(conn, self.text, self.sought, rows).await?));
            }
        }
        let places = self.wanted.places();
        if at_most(self.sought) <= LARGE {
            let all = [String::new()];
            let hits = find(conn, self.text, self.sought, &places, &all, None, LARGE + 1).await?;
            if fits(&hits, LARGE) {
                return Ok(Some(hits));
            }
        }
        if let Some(range) = self.wanted.numbers.first() {
            let categories = self.vocabulary.within(self.wanted.category);
            let rows = in_range(conn, range, &categories, LARGE + 1).await?;
            if fits(&rows, LARGE) {
                return Ok(Some(among(conn, self.text, self.sought, rows).await?));
            }
        }
        if self.wanted.min_price.is_some() || self.wanted.max_price.is_some() {
            let steps = axis.priced();
            let hits = find(conn, self.text, self.sought, &places, &steps, None, LARGE + 1).await?;
            if fits(&hits, LARGE) {
                return Ok(Some(hits));
            }
        }
        Ok(None)
    }
}

/// Whether these are not more than a limit, so that they are all.
fn fits<T>(found: &[T], limit: i64) -> bool {
    i64::try_from(found.len()).is_ok_and(|found| found <= limit)
}
