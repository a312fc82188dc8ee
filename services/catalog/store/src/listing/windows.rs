use kernel::BadCursor;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ListError;
use super::axis::{Axis, Mark};
use super::hits::Hit;
use super::position::Position;
use super::reader::{ENOUGH, REREAD, Reader, Stretch};
use super::search::{Found, LOOKED_AT, Search, add};

/// How much is done to fill a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Not much if it turns out that the words hardly ever meet.
    Little,
    Usual,
    /// All that may be, since there is no other way.
    Great,
}

impl Search<'_> {
    /// The page, read window by window until it is full or enough has been looked at. With little effort it is given up
    /// when the words hardly ever meet.
    pub(super) async fn in_windows(
        &self,
        conn: &mut PgConnection,
        axis: &Axis,
        named: Option<&Hit>,
        effort: Effort,
    ) -> Result<Found, ListError> {
        let budget = LOOKED_AT[usize::from(effort == Effort::Great)];
        let windows = &*axis.windows;
        let mut reader = Reader::new(self, axis, budget, effort == Effort::Little);
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
                reader.budget = REREAD;
                let Some(stretch) = reader.read(conn, &windows[begin..at], None).await? else {
                    return Ok(Found::given_up(self.mark));
                };
                if begin + stretch.read < at && !stretch.overfull {
                    // More than any page has read together.
                    return Err(BadCursor.into());
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
            // By price the order is that of all, so nobody need be sorted together with others.
            let enough = if axis.is_of_prices() {
                size + 1 - found.len()
            } else {
                ENOUGH
            };
            let Some(stretch) = reader.read(conn, &windows[at..], Some(enough)).await? else {
                return Ok(Found::given_up(self.mark));
            };
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
            given_up: false,
        })
    }

    /// Puts what matches in order behind what was found before, and marks it; unless `mark` says that it is none.
    pub(super) fn append(
        &self,
        found: &mut Vec<(Uuid, Mark)>,
        rows: &mut Vec<super::packed::Row>,
        stretch: Stretch,
        mark: impl Fn(&Position) -> Option<Option<(i32, i32)>>,
    ) {
        let mut marks: Vec<Mark> = Vec::new();
        for hit in stretch.hits {
            let position = Position::of(self.mark.0.0, &hit.row, hit.score);
            if self.wanted.meets(&hit.row)
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
