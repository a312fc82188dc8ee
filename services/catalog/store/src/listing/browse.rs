use kernel::{PageSize, encode_cursor};
use sqlx::PgConnection;
use uuid::Uuid;

use super::ListError;
use super::along::Along;
use super::cards::cards;
use super::counts::{Anchor, Counts};
use super::filter::{Group, Wanted};
use super::gather::{gather, in_range};
use super::packed::Row;
use super::page::WrittenPage;
use super::position::Position;
use super::priced::{ByPrice, priced};
use super::ranges::ranges;
use super::reached::reached;
use super::tally::Tally;
use super::walk::{LOOKED_THROUGH, Walked, walk};
use super::way::Way;
use super::words::ListingWords;

/// Rows that are read for the sake of exact facets.
pub(super) const SMALL: i64 = 300;
/// Rows that are read when a walk would have to look through more.
pub(super) const LARGE: i64 = 4_000;

/// What a list is made from.
pub(super) struct Browse<'a> {
    pub vocabulary: &'a ListingWords,
    pub wanted: &'a Wanted,
    pub from: &'a Position,
    pub size: PageSize,
}

/// A page of the list without words.
pub(super) async fn browse(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
    from: &Position,
    size: PageSize,
) -> Result<WrittenPage, ListError> {
    let browse = Browse {
        vocabulary,
        wanted,
        from,
        size,
    };
    let ranges = ranges(conn, vocabulary, wanted.category).await?;
    let tally = Tally::of_counts(vocabulary, wanted, &ranges);
    match browse.way(&tally) {
        Way::Gather(anchor) => browse.gathered(conn, tally, anchor).await,
        Way::Prices(list, units) => match browse.priced(conn, &list, SMALL + 4 * units).await? {
            Some(rows) => browse.all(conn, tally, &rows).await,
            // There are many more than was expected, so a walk meets them soon.
            None => browse.walked(conn, tally, browse.along().0).await,
        },
        Way::Walk(along) => browse.walked(conn, tally, along).await,
    }
}

impl Browse<'_> {
    pub(super) const fn counts(&self) -> &Counts {
        &self.vocabulary.counts
    }

    async fn walked(
        &self,
        conn: &mut PgConnection,
        mut tally: Tally,
        along: Along,
    ) -> Result<WrittenPage, ListError> {
        let categories = self.beside(along);
        let Walked {
            prices: (low, high),
            units,
            columns,
            mut next,
        } = walk(
            conn,
            self.vocabulary,
            self.wanted,
            along,
            categories.as_deref(),
            self.from,
            self.size,
        )
        .await?;
        if !units.is_empty() {
            tally.set_prices(low, high);
            if low.is_none() || high.is_none() || !self.wanted.is_of_cell() {
                tally.doubt(Some(Group::Price));
            }
        }
        if next.is_none() && self.along().1 > LOOKED_THROUGH && !self.is_all_of(along) {
            // From the beginning, it has not come to the end of a list that is longer.
            let is_first = *self.from == Position::start(self.from.0) && !self.is_by_price();
            if !is_first {
                next = reached(conn, self.wanted, along, self.from).await?;
            }
            if (is_first || next.is_some())
                && let Some(rows) = self.rest(conn).await?
            {
                return self.all(conn, tally, &rows).await;
            }
            if is_first {
                next = reached(conn, self.wanted, along, self.from).await?;
            }
        }
        Ok(WrittenPage {
            items: columns.cards(conn, self.vocabulary, &units).await?,
            facets: tally.facets(self.vocabulary, self.wanted),
            next_cursor: next.map(|position| encode_cursor(&position)),
        })
    }

    /// The categories that are wanted, where a walk does not have them alone.
    fn beside(&self, along: Along) -> Option<Vec<i32>> {
        let category = self.wanted.category?;
        (along.category() != Some(category)).then(|| self.vocabulary.subtree(category))
    }

    /// All that may match, where a walk has not found a page of it: by the rarest thing wanted, by a number, by price.
    /// `None` when each of them has too much.
    async fn rest(&self, conn: &mut PgConnection) -> Result<Option<Vec<Row>>, ListError> {
        let fits = |rows: &Vec<Row>| i64::try_from(rows.len()).is_ok_and(|rows| rows <= LARGE);
        if let Some(anchor) = self.counts().anchor(self.wanted, None)
            && anchor.units <= LARGE
        {
            let mut lists = gather(conn, &[(anchor.term, LARGE + 1)]).await?;
            return Ok(lists.pop().filter(fits));
        }
        if let Some(range) = self.wanted.numbers.first() {
            let categories = self.vocabulary.within(self.wanted.category);
            let rows = in_range(conn, range, &categories, LARGE + 1).await?;
            return Ok(Some(rows).filter(fits));
        }
        let (list, units) = self.by_price();
        if self.in_prices(units).is_some_and(|units| units > LARGE) {
            return Ok(None);
        }
        self.priced(conn, &list, LARGE).await
    }

    /// What of a list is in the range of prices and of the kinds wanted; `None` when more than `most` are in the range, or
    /// all prices are wanted.
    async fn priced(
        &self,
        conn: &mut PgConnection,
        list: &ByPrice,
        most: i64,
    ) -> Result<Option<Vec<Row>>, ListError> {
        let Some(range) = self.wanted.prices() else {
            return Ok(None);
        };
        let categories = match list {
            ByPrice::Along(along) => self.beside(*along),
            ByPrice::KindsColor(..) | ByPrice::KindsMaterial(..) => None,
        };
        Ok(priced(conn, self.wanted, list, categories.as_deref(), range, most).await?)
    }

    /// The page from rows among which is all that matches. Facets whose own filter narrows the rows keep their counts.
    async fn all(
        &self,
        conn: &mut PgConnection,
        mut tally: Tally,
        rows: &[Row],
    ) -> Result<WrittenPage, ListError> {
        let narrowed = self.wanted.groups();
        let mut groups = tally.shown(self.vocabulary, self.wanted);
        groups.retain(|group| group.is_none_or(|group| !narrowed.contains(&group)) && tally.doubts(*group));
        tally.recount(self.wanted, &groups, rows);
        self.page(conn, tally, rows).await
    }

    async fn gathered(
        &self,
        conn: &mut PgConnection,
        mut tally: Tally,
        anchor: Anchor,
    ) -> Result<WrittenPage, ListError> {
        let mut lists = vec![anchor];
        let mut sources = Vec::new();
        let narrowed = self.wanted.groups();
        for group in tally.shown(self.vocabulary, self.wanted) {
            let counted = group != Some(Group::Price) && !tally.doubts(group);
            let source = match group {
                _ if counted => continue,
                Some(own) if narrowed.contains(&own) => self.counts().anchor(self.wanted, Some(own)),
                _ => Some(anchor),
            };
            let Some(source) = source.filter(|source| source.units <= SMALL.max(anchor.units)) else {
                continue;
            };
            let at = lists.iter().position(|list| *list == source);
            if at.is_none() && lists.len() == 5 {
                continue;
            }
            let at = at.unwrap_or_else(|| {
                lists.push(source);
                lists.len() - 1
            });
            sources.push((group, at));
        }
        // Also those that are counted as empty: the counts are as they were a second ago.
        let limits: Vec<(i64, i64)> = lists.iter().map(|list| (list.term, LARGE + 1)).collect();
        let rows = gather(conn, &limits).await?;
        for (at, rows) in rows.iter().enumerate() {
            let of = sources.iter().filter(|(_, source)| *source == at);
            let groups: Vec<Option<Group>> = of.map(|(group, _)| *group).collect();
            tally.recount(self.wanted, &groups, rows);
        }
        self.page(conn, tally, &rows[0]).await
    }

    /// The page from rows among which is all that matches.
    async fn page(
        &self,
        conn: &mut PgConnection,
        tally: Tally,
        rows: &[Row],
    ) -> Result<WrittenPage, ListError> {
        let (units, next) = self.cut(rows);
        Ok(WrittenPage {
            items: cards(conn, self.vocabulary, &units).await?,
            facets: tally.facets(self.vocabulary, self.wanted),
            next_cursor: next.map(|position| encode_cursor(&position)),
        })
    }

    /// What of the rows is on the page, in the list's order, and where the next page begins.
    fn cut(&self, rows: &[Row]) -> (Vec<Uuid>, Option<Position>) {
        let mut found: Vec<Position> = rows
            .iter()
            .filter(|row| self.wanted.meets(row))
            .map(|row| Position::of(self.from.0, row, 0))
            .filter(|position| self.from.is_before(position))
            .collect();
        found.sort_by(Position::in_order);
        let size = usize::from(self.size.get());
        let more = found.len() > size;
        found.truncate(size);
        let next = found.last().copied().filter(|_| more);
        (found.into_iter().map(|position| position.2).collect(), next)
    }
}
