use sqlx::PgConnection;
use uuid::Uuid;

use super::ListError;
use super::axis::{Axis, Mark};
use super::browse::LARGE;
use super::counts::Counts;
use super::hits::{Hit, along_prices, find};
use super::position::Position;
use super::search::{Found, LOOKED_AT, Search, add};
use super::walk::{Along, LOOKED_THROUGH, reached};

/// Matches that are sorted together, at least, where there are so many.
pub(super) const RANKED: usize = 100;
/// Windows that one statement looks into.
const WINDOWS: usize = 256;

/// Reads window by window.
struct Reader<'a> {
    search: &'a Search<'a>,
    axis: &'a Axis,
    places: Vec<String>,
    /// Windows that the next statement looks into.
    batch: usize,
    /// Units looked at so far, and how many may be.
    looked: usize,
    budget: usize,
}

/// What neighbouring windows have.
struct Stretch {
    hits: Vec<Hit>,
    /// How many windows were read.
    read: usize,
    /// Whether the next one has more than can be sorted.
    overfull: bool,
}

impl Search<'_> {
    /// The page, read window by window until it is full or enough has been looked at (`late`: all that may be).
    pub(super) async fn in_windows(
        &self,
        conn: &mut PgConnection,
        axis: &Axis,
        named: Option<&Hit>,
        counts: &Counts,
        late: bool,
    ) -> Result<Found, ListError> {
        let budget = LOOKED_AT[usize::from(late)];
        let windows = &*axis.windows;
        let mut reader = Reader {
            search: self,
            axis,
            places: self.wanted.places(),
            batch: self.batch(windows.len(), counts),
            looked: 0,
            budget,
        };
        let size = usize::from(self.size.get());
        let mut rows = Vec::new();
        let mut found: Vec<(Uuid, Mark)> = self
            .first(named)
            .map(|mark| (mark.0.2, mark))
            .into_iter()
            .collect();
        let mut at = 0;
        let mut overfull = false;
        if let Some((first, last)) = self.mark.1 {
            let begin = windows.partition_point(|&window| window < first);
            at = windows.partition_point(|&window| window <= last).max(begin);
            if begin < at {
                // Sorted together, so that nothing of it is known before all is read.
                reader.budget = LOOKED_AT[1];
                let stretch = reader.read(conn, &windows[begin..at], usize::MAX).await?;
                if begin + stretch.read < at && !late {
                    return Ok(Found::nothing(self.mark));
                }
                reader.budget = budget;
                at = begin + stretch.read;
                overfull = stretch.overfull;
                self.append(&mut found, &mut rows, stretch, |position| {
                    self.mark.0.is_before(position).then_some(self.mark.1)
                });
            }
        }
        while found.len() <= size && at < windows.len() && reader.looked < budget && !overfull {
            let stretch = reader.read(conn, &windows[at..], RANKED).await?;
            overfull = stretch.overfull;
            let read = &windows[at..at + stretch.read];
            at += stretch.read;
            // Prices are in order over all windows, so nobody need know in which a position is.
            let together = (!axis.is_of_prices())
                .then(|| read.first().copied().zip(read.last().copied()))
                .flatten();
            self.append(&mut found, &mut rows, stretch, |position| {
                (self.mark.1.is_some() || self.mark.0.is_before(position)).then_some(together)
            });
        }
        let mut next = (at < windows.len()).then(|| Mark::at(self.mark.0.0, windows[at]));
        let complete =
            next.is_none() && self.mark.0 == Position::start(self.mark.0.0) && self.mark.1.is_none();
        if overfull
            && found.len() <= size
            && let Some(&window) = windows.get(at)
        {
            next = reader.walk(conn, window, &mut found, &mut rows).await?;
        }
        if found.len() > size {
            next = Some(found[size - 1].1);
            found.truncate(size);
        }
        add(&mut rows, named);
        Ok(Found {
            rows,
            complete,
            units: found.into_iter().map(|(unit, _)| unit).collect(),
            next,
        })
    }

    /// How many windows probably have enough.
    fn batch(&self, windows: usize, counts: &Counts) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let estimate = RANKED as f64 * windows as f64 / self.expected(counts).max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, which is what is meant"
        )]
        let estimate = estimate.ceil() as usize;
        estimate.clamp(1, WINDOWS)
    }

    /// Puts what matches in order behind what was found before, and marks it; unless `mark` says that it is none.
    fn append(
        &self,
        found: &mut Vec<(Uuid, Mark)>,
        rows: &mut Vec<super::filter::Row>,
        stretch: Stretch,
        mark: impl Fn(&Position) -> Option<Option<(i32, i32)>>,
    ) {
        let mut marks: Vec<Mark> = Vec::new();
        for hit in stretch.hits {
            let position = Position::of(self.mark.0.0, &hit.row, hit.score);
            if self.wanted.meets(&hit.row, None)
                && !self.is_named(&hit.row)
                && let Some(together) = mark(&position)
            {
                marks.push(Mark(position, together));
            }
            rows.push(hit.row);
        }
        marks.sort_by(|a, b| a.0.in_order(&b.0));
        found.extend(marks.into_iter().map(|mark| (mark.0.2, mark)));
    }
}

impl Reader<'_> {
    /// Reads windows until enough match, none is left, or enough has been looked at.
    async fn read(
        &mut self,
        conn: &mut PgConnection,
        windows: &[i32],
        enough: usize,
    ) -> Result<Stretch, sqlx::Error> {
        let search = self.search;
        let mut stretch = Stretch {
            hits: Vec::new(),
            read: 0,
            overfull: false,
        };
        let mut matching = 0;
        while stretch.read < windows.len() && matching < enough && self.looked < self.budget {
            let next = &windows[stretch.read..windows.len().min(stretch.read + self.batch)];
            let prefixes = self.axis.prefixes(next);
            let (text, sought, places) = (search.text, search.sought, &self.places);
            let mut hits = find(conn, text, sought, places, &prefixes, None, LARGE + 1).await?;
            self.looked += hits.len();
            let mut whole = next.len();
            if i64::try_from(hits.len()).is_ok_and(|hits| hits > LARGE) {
                // Windows come one after the other, so those before the last that was met are whole.
                let window = |hit: &Hit| self.axis.window_of(hit.chunk, hit.step);
                let last = hits.iter().map(window).max().unwrap_or(i32::MAX);
                whole = next.partition_point(|&window| window < last);
                hits.retain(|hit| window(hit) < last);
                self.batch = 1;
            } else {
                self.batch = (2 * self.batch).min(WINDOWS);
            }
            let matches = |hit: &&Hit| search.wanted.meets(&hit.row, None);
            matching += hits.iter().filter(matches).count();
            stretch.hits.extend(hits);
            stretch.read += whole;
            stretch.overfull = whole == 0;
            if stretch.overfull {
                break;
            }
        }
        Ok(stretch)
    }

    /// A window of prices with more than can be sorted has so much of what is wanted that following the index of prices
    /// finds it. Answers where that ended, if before the end.
    async fn walk(
        &mut self,
        conn: &mut PgConnection,
        window: i32,
        found: &mut Vec<(Uuid, Mark)>,
        rows: &mut Vec<super::filter::Row>,
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
            let of_windows = |hit: &Hit| self.axis.window_of(hit.chunk, hit.step) >= window;
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
