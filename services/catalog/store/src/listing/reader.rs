use sqlx::PgConnection;
use uuid::Uuid;

use super::ListError;
use super::along::Along;
use super::axis::{Axis, Mark};
use super::browse::LARGE;
use super::hits::{Hit, along_prices, find, of_serials};
use super::meet::meeting;
use super::packed::Row;
use super::reached::reached;
use super::search::Search;
use super::walk::LOOKED_THROUGH;

/// Units that are looked at together at first, to be sorted together.
const RANKED: f64 = 60.0;
/// Matches among them that suffice.
pub(super) const ENOUGH: usize = 50;
/// Units that are looked at to find a place in what was sorted together: all that may have been, with the last slice.
pub(super) const REREAD: usize = 12_000;
/// Words that are met so many times less often than expected hardly ever meet.
const SELDOM: f64 = 8.0;
/// Steps of prices that one statement looks into.
const STEPS: usize = 256;

/// Reads window by window.
pub(super) struct Reader<'a> {
    search: &'a Search<'a>,
    axis: &'a Axis,
    places: Vec<String>,
    /// Windows that the next statement looks into.
    batch: usize,
    /// Units that are looked at together, of slices.
    aim: usize,
    /// Units looked at so far, and how many may be.
    pub looked: usize,
    pub budget: usize,
    /// Fewer in the first steps than this mean that the words hardly ever meet.
    seldom: f64,
}

/// What neighbouring windows have.
pub(super) struct Stretch {
    pub hits: Vec<Hit>,
    /// How many windows were read.
    pub read: usize,
    /// Whether the next one has more than can be sorted.
    pub overfull: bool,
}

impl<'a> Reader<'a> {
    /// `give_up`: when it turns out that the words hardly ever meet, and windows are no way to find out where.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn new(search: &'a Search<'a>, axis: &'a Axis, budget: usize, give_up: bool) -> Self {
        let windows = axis.windows.len().max(1) as f64;
        let expected = search.expected(axis).max(1.0);
        // What can be bought is tested on what was found.
        let bought = search.placed(search.wanted.available) / search.placed(false).max(1.0);
        let aim = RANKED.max(1.2 * ENOUGH as f64 / bought.max(0.05));
        let (batch, seldom) = if axis.is_of_prices() {
            // The order is that of all, so nobody need be sorted together with others.
            let page = f64::from(search.size.get()) + 1.0;
            let batch = whole(page * windows / (expected * bought).max(1.0), STEPS);
            (batch, batch as f64 * expected / windows / SELDOM)
        } else {
            // A slice that has nothing costs next to nothing.
            (whole(2.0 * aim * windows / expected, usize::MAX), 0.0)
        };
        let places = search.wanted.places();
        // What one thing alone is met by is known, and nothing is known of prices from somewhere on.
        let give_up = give_up && search.sought.len() + places.len() > 1 && !axis.is_partial(&search.mark);
        Self {
            search,
            axis,
            places,
            batch,
            aim: whole(aim, usize::MAX),
            looked: 0,
            budget,
            seldom: if give_up { seldom } else { 0.0 },
        }
    }

    /// Reads windows until enough match (without `enough`: all), none is left, or enough has been looked at. `None` when
    /// the words hardly ever meet.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) async fn read(
        &mut self,
        conn: &mut PgConnection,
        windows: &[i32],
        enough: Option<usize>,
    ) -> Result<Option<Stretch>, sqlx::Error> {
        let mut stretch = Stretch {
            hits: Vec::new(),
            read: 0,
            overfull: false,
        };
        let mut matching = 0;
        while stretch.read < windows.len()
            && enough.is_none_or(|enough| matching < enough)
            && self.looked < self.budget
        {
            let end = windows.len().min(stretch.read.saturating_add(self.batch));
            let next = &windows[stretch.read..end];
            let (hits, read) = if self.axis.is_of_prices() {
                self.in_steps(conn, next).await?
            } else {
                let left = self.budget - self.looked;
                let (aim, prices) = match enough {
                    Some(_) => (self.aim.min(left), self.axis.few_price_places()),
                    // Whether they were few may have changed since these slices were sorted together.
                    None => (left, self.axis.price_places()),
                };
                self.in_slices(conn, next, aim, &prices).await?
            };
            self.looked += hits.len();
            let seldom = std::mem::take(&mut self.seldom);
            if read == next.len() && (hits.len() as f64) < seldom {
                return Ok(None);
            }
            let matches = |hit: &&Hit| self.search.wanted.meets(&hit.row);
            matching += hits.iter().filter(matches).count();
            stretch.hits.extend(hits);
            stretch.read += read;
            stretch.overfull = read == 0;
            if stretch.overfull {
                break;
            }
            if self.axis.is_of_prices() {
                self.batch = if read < next.len() {
                    1
                } else {
                    (2 * self.batch).min(STEPS)
                };
            } else if read < next.len() {
                // What else is wanted is rarer than the words.
                self.aim *= 4;
            } else {
                self.batch = self.batch.saturating_mul(4);
            }
        }
        Ok(Some(stretch))
    }

    /// What steps of prices have, and how many of the steps were read: not all where they have more than can be sorted.
    async fn in_steps(
        &self,
        conn: &mut PgConnection,
        steps: &[i32],
    ) -> Result<(Vec<Hit>, usize), sqlx::Error> {
        let search = self.search;
        let prefixes = self.axis.prefixes(steps);
        let mut hits = find(
            conn,
            search.text,
            search.sought,
            &self.places,
            &prefixes,
            None,
            LARGE + 1,
        )
        .await?;
        if i64::try_from(hits.len()).is_ok_and(|hits| hits <= LARGE) {
            return Ok((hits, steps.len()));
        }
        // Steps come one after the other, so those before the last that was met are whole.
        let step = |hit: &Hit| self.axis.window_of(hit.slice, hit.step);
        let last = hits.iter().map(step).max().unwrap_or(i32::MAX);
        hits.retain(|hit| step(hit) < last);
        Ok((hits, steps.partition_point(|&step| step < last)))
    }

    /// What the first slices have, as many as have what is aimed at, and how many slices that were.
    async fn in_slices(
        &self,
        conn: &mut PgConnection,
        slices: &[i32],
        aim: usize,
        prices: &[String],
    ) -> Result<(Vec<Hit>, usize), sqlx::Error> {
        let search = self.search;
        let (Some(first), Some(last)) = (slices.first(), slices.last()) else {
            return Ok((Vec::new(), 0));
        };
        let (words, within) = (search.vocabulary, -last..=-first);
        let met = meeting(conn, words, search.sought, &self.places, prices, within, aim).await?;
        let read = match met.cut_at {
            Some(slice) => slices.partition_point(|&other| other <= self.axis.window_of(slice, 0)),
            None => slices.len(),
        };
        let hits = of_serials(conn, search.text, search.sought, &met.units).await?;
        Ok((hits, read))
    }

    /// A window of prices with more than can be sorted has so much of what is wanted that following the index of prices
    /// finds it. Answers where that ended, if before the end.
    pub(super) async fn walk(
        &mut self,
        conn: &mut PgConnection,
        window: i32,
        found: &mut Vec<(Uuid, Mark)>,
        rows: &mut Vec<Row>,
    ) -> Result<Option<Mark>, ListError> {
        let search = self.search;
        let mut from = self.axis.before(window);
        if search.mark.1.is_none() && from.is_before(&search.mark.0) {
            from = search.mark.0;
        }
        // Where the walk begins, so does what it has reached.
        from = from.within(search.wanted);
        loop {
            let hits = along_prices(conn, search.sought, &from).await?;
            let of_windows = |hit: &Hit| self.axis.window_of(hit.slice, hit.step) >= window;
            let hits = hits.into_iter().filter(of_windows).collect();
            let stretch = Stretch {
                hits,
                read: 0,
                overfull: false,
            };
            search.append(found, rows, stretch, |_| Some(None));
            if found.len() > usize::from(search.size.get()) {
                return Ok(None);
            }
            let Some(last) = reached(conn, search.wanted, Along::All, &from).await? else {
                return Ok(None);
            };
            self.looked += usize::try_from(LOOKED_THROUGH).unwrap_or(usize::MAX);
            if self.looked >= self.budget {
                return Ok(Some(Mark(last, None)));
            }
            from = last;
        }
    }
}

/// A number of windows or units, at least one and at most so many. One and a bit are one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, which is what is meant"
)]
fn whole(estimate: f64, most: usize) -> usize {
    ((estimate - 0.3).ceil() as usize).clamp(1, most)
}
