use kernel::{PageSize, encode_cursor};
use sqlx::PgConnection;
use uuid::Uuid;

use super::axis::{Axis, Mark};
use super::browse::{LARGE, SMALL};
use super::cards::cards;
use super::filter::Wanted;
use super::gather::gather;
use super::hits::{Hit, among, find};
use super::lexemes::{Sought, at_most, look_up, words};
use super::packed::Row;
use super::page::WrittenPage;
use super::position::Position;
use super::tally::Tally;
use super::windows::Effort;
use super::words::ListingWords;
use super::{ListError, Sort};

/// Units with the words that are looked at before other ways are tried, and at most.
pub(super) const LOOKED_AT: [usize; 2] = [1_500, 8_000];

/// What a search is made from.
pub(super) struct Search<'a> {
    pub vocabulary: &'a ListingWords,
    pub wanted: &'a Wanted,
    /// In small letters.
    pub text: &'a str,
    pub sought: &'a [Sought],
    /// The unit whose slug was typed: first by relevance, whatever its words.
    pub named: Option<Uuid>,
    pub mark: Mark,
    pub size: PageSize,
}

/// What was found.
pub(super) struct Found {
    /// What the facets are counted from.
    pub rows: Vec<Row>,
    /// Whether these are all that have the words and the places wanted.
    pub complete: bool,
    pub units: Vec<Uuid>,
    pub next: Option<Mark>,
    /// Whether nothing was found since it turned out that the words hardly ever meet.
    pub given_up: bool,
}

impl Found {
    /// Nothing yet, and another way is to be tried.
    pub(super) const fn given_up(next: Mark) -> Self {
        Self {
            rows: Vec::new(),
            complete: false,
            units: Vec::new(),
            next: Some(next),
            given_up: true,
        }
    }
}

/// A page of what words find. Two or three statements where few units have the words, else up to seven, or more where they
/// hardly ever meet. Whatever the filters, a page is full as long as there is more; but for what [`LOOKED_AT`] units that
/// have the words do not fill, while no filter and no word is rare: such a page is short and has a next one.
pub(super) async fn search(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
    text: &str,
    mark: Mark,
    size: PageSize,
) -> Result<WrittenPage, ListError> {
    let sought = look_up(conn, vocabulary, &words(text), false).await?;
    let mut search = Search {
        vocabulary,
        wanted,
        text: &text.to_lowercase(),
        sought: &sought,
        named: None,
        mark,
        size,
    };
    if at_most(&sought) <= SMALL {
        // Filters are applied afterwards, so that facets can be counted without them.
        let hits = search.of_slug(conn, &[String::new()]).await?;
        return search.page(conn, search.cut(None, None, hits), true).await;
    }
    let axis = Axis::read(conn, vocabulary, wanted, &mark, search.text).await?;
    search.named = axis.named.filter(|_| mark.0.0 == Sort::Relevance);
    let found = search.found(conn, &axis).await?;
    search.page(conn, found, false).await
}

/// Counts a unit that was named with the others.
pub(super) fn add(rows: &mut Vec<Row>, named: Option<&Hit>) {
    if let Some(named) = named
        && !rows.iter().any(|row| row.id == named.row.id)
    {
        rows.push(named.row.clone());
    }
}

impl Search<'_> {
    async fn of_slug(&self, conn: &mut PgConnection, prefixes: &[String]) -> Result<Vec<Hit>, sqlx::Error> {
        find(
            conn,
            self.text,
            self.sought,
            &[],
            prefixes,
            Some(self.text),
            LARGE,
        )
        .await
    }

    /// By the filters or the words alone where they leave little; else window by window; else by whatever is rare.
    async fn found(&self, conn: &mut PgConnection, axis: &Axis) -> Result<Found, ListError> {
        let named = match self.named {
            Some(_) if self.mark.1.is_none() => self.of_slug(conn, &[]).await?.pop(),
            _ => None,
        };
        let named = named.as_ref();
        if let Some(anchor) = self.vocabulary.counts.anchor(self.wanted, None)
            && anchor.units <= SMALL
        {
            let rows = gather(conn, &[(anchor.term, LARGE)]).await?.swap_remove(0);
            let hits = among(conn, self.text, self.sought, rows).await?;
            return Ok(self.cut(Some(axis), named, hits));
        }
        if axis.is_empty() {
            return Ok(self.cut(Some(axis), named, Vec::new()));
        }
        // A page that continues what was sorted at once is sorted at once, whatever is expected by now.
        let continued = self.mark.1.is_none() && self.mark.0 != Position::start(self.mark.0.0);
        let expects_few = self.expects_few(axis) || (continued && !axis.is_of_prices());
        let sifted = continued || self.sifts_prices(axis);
        if expects_few && let Some(hits) = self.at_once(conn, axis, sifted).await? {
            return Ok(self.cut(Some(axis), named, hits));
        }
        let effort = if expects_few {
            // That they are not has just been seen.
            Effort::Usual
        } else {
            Effort::Little
        };
        let mut found = self.in_windows(conn, axis, named, effort).await?;
        if found.given_up {
            if let Some(hits) = self.at_once(conn, axis, true).await? {
                return Ok(self.cut(Some(axis), named, hits));
            }
            found = self.in_windows(conn, axis, named, Effort::Usual).await?;
        }
        if found.next.is_none() || found.units.len() == usize::from(self.size.get()) {
            return Ok(found);
        }
        match self.rest(conn, axis).await? {
            Some(hits) => Ok(self.cut(Some(axis), named, hits)),
            None => self.in_windows(conn, axis, named, Effort::Great).await,
        }
    }

    /// How many units have all the words and the places wanted, and the prices where bits tell them, if each were spread
    /// evenly over those of the others.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn expected(&self, axis: &Axis) -> f64 {
        let all = self.vocabulary.counts.cell(0, false, 0, 0).max(1) as f64;
        let share = |word: &Sought| at_most(std::slice::from_ref(word)) as f64 / all;
        self.share(axis)
            * self.placed(false)
            * self
                .sought
                .iter()
                .map(share)
                .map(|share| share.min(1.0))
                .product::<f64>()
    }

    /// The share of units that have the prices wanted, where bits tell them.
    pub(super) fn share(&self, axis: &Axis) -> f64 {
        let prices = self
            .wanted
            .prices()
            .filter(|_| !axis.is_of_prices() && !axis.few_price_places().is_empty());
        let share = prices.and_then(|(low, high)| self.vocabulary.prices.share(low, high));
        share.unwrap_or(1.0)
    }

    /// How many units have the places wanted, or of those that can be bought.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn placed(&self, available: bool) -> f64 {
        let place = |key: Option<i32>| key.unwrap_or(0);
        let wanted = self.wanted;
        let (category, material, color) = (
            place(wanted.category),
            place(wanted.material),
            place(wanted.color),
        );
        let counts = &self.vocabulary.counts;
        counts.cell(category, available, material, color) as f64
    }

    /// The page of what was found at once. What the cursor's windows have left comes first.
    fn cut(&self, axis: Option<&Axis>, named: Option<&Hit>, hits: Vec<Hit>) -> Found {
        let window = |hit: &Hit| axis.map_or(0, |axis| axis.window_of(hit.slice, hit.step));
        let from = self.mark.0;
        let windows = self.mark.1.filter(|_| axis.is_some());
        let mut found: Vec<(bool, Position)> = self
            .first(named)
            .map(|mark| (false, mark.0))
            .into_iter()
            .collect();
        for hit in hits
            .iter()
            .filter(|hit| self.wanted.meets(&hit.row) && !self.is_named(&hit.row))
        {
            let position = Position::of(from.0, &hit.row, hit.score);
            let beyond = windows.is_some_and(|(_, last)| window(hit) > last);
            let within = windows.is_none_or(|(first, last)| (first..=last).contains(&window(hit)));
            if beyond || (within && from.is_before(&position)) {
                found.push((beyond, position));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.in_order(&b.1)));
        let size = usize::from(self.size.get());
        let next = (found.len() > size)
            .then(|| found[size - 1])
            .map(|(beyond, position)| {
                let rest = |(_, last): (i32, i32)| (last.saturating_add(1), i32::MAX);
                let windows = windows.filter(|_| !axis.is_some_and(Axis::is_of_prices));
                Mark(position, if beyond { windows.map(rest) } else { windows })
            });
        let mut rows: Vec<Row> = hits.into_iter().map(|hit| hit.row).collect();
        add(&mut rows, named);
        Found {
            rows,
            complete: true,
            units: found.iter().take(size).map(|(_, position)| position.2).collect(),
            next,
            given_up: false,
        }
    }

    /// The unit that was named, if it belongs to the page.
    pub(super) fn first(&self, named: Option<&Hit>) -> Option<Mark> {
        let named = named.filter(|named| self.wanted.meets(&named.row))?;
        let position = Position::of(self.mark.0.0, &named.row, named.score);
        self.mark.0.is_before(&position).then_some(Mark(position, None))
    }

    pub(super) fn is_named(&self, row: &Row) -> bool {
        self.named == Some(row.id)
    }

    /// `all`: the rows are all that have the words, whatever is wanted beside them.
    async fn page(&self, conn: &mut PgConnection, found: Found, all: bool) -> Result<WrittenPage, ListError> {
        let mut tally = Tally::default();
        let narrowed = self.wanted.groups();
        let shown = tally.shown(self.vocabulary, self.wanted);
        tally.recount(self.wanted, &shown, &found.rows);
        for group in shown {
            if !found.complete || (!all && group.is_some_and(|group| narrowed.contains(&group))) {
                tally.doubt(group);
            }
        }
        Ok(WrittenPage {
            items: cards(conn, self.vocabulary, &found.units).await?,
            facets: tally.facets(self.vocabulary, self.wanted),
            next_cursor: found.next.map(|mark| encode_cursor(&mark)),
        })
    }
}
