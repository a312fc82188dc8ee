use contracts::catalog::ProductPage;
use kernel::{PageSize, encode_cursor};
use sqlx::PgConnection;
use uuid::Uuid;

use super::cards::cards;
use super::counts::{self, Anchor, Counts};
use super::filter::{Group, Row, Wanted};
use super::gather::{gather, in_range, priced};
use super::position::Position;
use super::tally::Tally;
use super::walk::{Along, LOOKED_THROUGH, reached, walk};
use super::words::ListingWords;
use super::{ListError, Sort};

/// Rows that are read for the sake of exact facets.
pub(super) const SMALL: i64 = 300;
/// Rows that are read when a walk would have to look through more.
pub(super) const LARGE: i64 = 4_000;

/// What a list is made from.
struct Browse<'a> {
    vocabulary: &'a ListingWords,
    wanted: &'a Wanted,
    from: &'a Position,
    size: PageSize,
}

/// A page of the list without words.
pub(super) async fn browse(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
    from: &Position,
    size: PageSize,
) -> Result<ProductPage, ListError> {
    let browse = Browse {
        vocabulary,
        wanted,
        from,
        size,
    };
    let counts = counts::read(conn, vocabulary, wanted).await?;
    let tally = Tally::of_counts(vocabulary, wanted, &counts);
    match browse.way(&counts, &tally) {
        Way::Gather(anchor) => browse.gathered(conn, &counts, tally, anchor).await,
        Way::Walk(along) => browse.walked(conn, &counts, tally, along).await,
    }
}

/// How to find what matches.
#[derive(Debug)]
enum Way {
    Gather(Anchor),
    Walk(Along),
}

impl Browse<'_> {
    fn way(&self, counts: &Counts, tally: &Tally) -> Way {
        let (along, units) = self.along(counts);
        let Some(anchor) = counts.anchor(self.wanted, None) else {
            return Way::Walk(along);
        };
        let looked = self.looked_through(counts, units);
        let in_doubt = !self.wanted.is_counted()
            || tally
                .shown(self.vocabulary, self.wanted)
                .into_iter()
                .any(|group| matches!(group, Some(Group::Property(_))) && tally.doubts(group));
        let gather = if anchor.units <= SMALL {
            in_doubt || looked > anchor.units
        } else {
            anchor.units <= LARGE && looked > 2 * anchor.units
        };
        if gather {
            Way::Gather(anchor)
        } else {
            Way::Walk(along)
        }
    }

    /// The shortest list that has the order, and how long it is.
    fn along(&self, counts: &Counts) -> (Along, i64) {
        let mut ways = vec![(Along::All, counts.cell(0, false, 0, 0))];
        if let Some(category) = self.wanted.category {
            let root = self.vocabulary.root_of(category);
            ways.push((Along::Root(root), counts.cell(root, false, 0, 0)));
            if self.vocabulary.is_leaf(category) {
                ways.push((Along::Category(category), counts.cell(category, false, 0, 0)));
            }
        }
        if let Some(color) = self.wanted.color {
            ways.push((Along::Color(color), counts.cell(0, false, 0, color)));
        }
        if let Some(material) = self.wanted.material {
            ways.push((Along::Material(material), counts.cell(0, false, material, 0)));
        }
        ways.into_iter()
            .min_by_key(|(_, units)| *units)
            .unwrap_or((Along::All, 0))
    }

    /// How many rows a walk is likely to look through for a page.
    fn looked_through(&self, counts: &Counts, units: i64) -> i64 {
        let wanted = self.wanted;
        let category = wanted.category.unwrap_or(0);
        let (color, material) = (wanted.color.unwrap_or(0), wanted.material.unwrap_or(0));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let estimate = {
            let of_category = counts.cell(category, false, 0, 0).max(1) as f64;
            let mut matching = counts.cell(category, wanted.available, material, color) as f64;
            for &term in &wanted.props {
                matching *= counts.value(category, false, term) as f64 / of_category;
            }
            let by_price = matches!(self.from.0, Sort::Price | Sort::PriceDown);
            if !by_price && (wanted.min_price.is_some() || wanted.max_price.is_some()) {
                matching *= 0.3;
            }
            matching *= 0.3_f64.powi(i32::try_from(wanted.numbers.len()).unwrap_or(i32::MAX));
            f64::from(self.size.get() + 1) * units as f64 / matching.max(0.1)
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, which is what is meant"
        )]
        let estimate = estimate as i64;
        estimate.min(units)
    }

    async fn walked(
        &self,
        conn: &mut PgConnection,
        counts: &Counts,
        mut tally: Tally,
        along: Along,
    ) -> Result<ProductPage, ListError> {
        let limit = i64::from(self.size.get()) + 1;
        let mut rows = walk(conn, self.wanted, along, self.from, limit).await?;
        if let Some(first) = rows.first() {
            let (low, high) = first.prices();
            tally.set_prices(low, high);
            if low.is_none() {
                tally.doubt(Some(Group::Price));
            }
        }
        let more = rows.len() > usize::from(self.size.get());
        let mut next = None;
        if more {
            rows.truncate(usize::from(self.size.get()));
            next = rows.last().map(|last| last.position(self.from.0));
        } else if self.along(counts).1 > LOOKED_THROUGH && !self.is_all_of(along) {
            next = reached(conn, self.wanted, along, self.from).await?;
            if next.is_some()
                && let Some(rows) = self.rest(conn, counts).await?
            {
                return self.page(conn, tally, &rows).await;
            }
        }
        let units: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        Ok(ProductPage {
            items: cards(conn, self.vocabulary, &units).await?,
            facets: tally.facets(self.vocabulary, self.wanted),
            next_cursor: next.map(|position| encode_cursor(&position)),
        })
    }

    /// Whether nothing but the walk's own list is wanted, so that it passes nothing by.
    fn is_all_of(&self, along: Along) -> bool {
        let rest = Wanted {
            category: self
                .wanted
                .category
                .filter(|&category| along != Along::Root(category) && along != Along::Category(category)),
            color: self.wanted.color.filter(|&color| along != Along::Color(color)),
            material: self
                .wanted
                .material
                .filter(|&material| along != Along::Material(material)),
            ..self.wanted.clone()
        };
        rest == Wanted::default()
    }

    /// All that may match, where a walk has not found a page of it: by the rarest thing wanted, by a number, by price.
    /// `None` when each of them has too much.
    async fn rest(&self, conn: &mut PgConnection, counts: &Counts) -> Result<Option<Vec<Row>>, ListError> {
        let fits = |rows: &Vec<Row>| i64::try_from(rows.len()).is_ok_and(|rows| rows <= LARGE);
        if let Some(anchor) = counts.anchor(self.wanted, None)
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
        if self.wanted.min_price.is_some() || self.wanted.max_price.is_some() {
            let low = self.wanted.min_price.unwrap_or(0);
            let high = self.wanted.max_price.unwrap_or(i64::MAX);
            return Ok(priced(conn, low, high, LARGE).await?);
        }
        Ok(None)
    }

    async fn gathered(
        &self,
        conn: &mut PgConnection,
        counts: &Counts,
        mut tally: Tally,
        anchor: Anchor,
    ) -> Result<ProductPage, ListError> {
        let mut lists = vec![anchor];
        let mut sources = Vec::new();
        let narrowed = self.wanted.groups();
        for group in tally.shown(self.vocabulary, self.wanted) {
            let counted = group != Some(Group::Price) && !tally.doubts(group);
            let source = match group {
                _ if counted => continue,
                Some(own) if narrowed.contains(&own) => counts.anchor(self.wanted, Some(own)),
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
        let limits: Vec<(i64, i64)> = lists
            .iter()
            .map(|list| (list.term, if list.units == 0 { 0 } else { LARGE + 1 }))
            .collect();
        let rows = if lists.iter().all(|list| list.units == 0) {
            vec![Vec::new(); lists.len()]
        } else {
            gather(conn, &limits).await?
        };
        for (group, at) in sources {
            tally.recount(self.wanted, group, &rows[at]);
        }
        self.page(conn, tally, &rows[0]).await
    }

    /// The page from rows among which is all that matches.
    async fn page(
        &self,
        conn: &mut PgConnection,
        tally: Tally,
        rows: &[Row],
    ) -> Result<ProductPage, ListError> {
        let (units, next) = self.cut(rows);
        Ok(ProductPage {
            items: cards(conn, self.vocabulary, &units).await?,
            facets: tally.facets(self.vocabulary, self.wanted),
            next_cursor: next.map(|position| encode_cursor(&position)),
        })
    }

    /// What of the rows is on the page, in the list's order, and where the next page begins.
    fn cut(&self, rows: &[Row]) -> (Vec<Uuid>, Option<Position>) {
        let mut found: Vec<Position> = rows
            .iter()
            .filter(|row| self.wanted.meets(row, None))
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
