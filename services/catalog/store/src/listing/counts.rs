use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pg::Pg;

use super::filter::{Group, Wanted, property_of};

/// Stands for "can be bought" where a colour would: what `listing_terms` says of it.
const AVAILABLE: i64 = 0xf_ffff;

/// How often only what has changed is read before all is: what leaves no trace among the rows that are there (rows deleted
/// by hand, a backup that was restored) is noticed then.
const RENEWALS: u32 = 60;

/// Cells whose prices are known at most.
const PRICED: usize = 20_000;

/// A category, whether it can be bought, a material and a colour; 0 stands for any.
type Cell = (i32, bool, i32, i32);

/// A list of the index of terms, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub term: i64,
    pub units: i64,
}

/// All counts that [`relist`](super::relist()) keeps up, as they were when they were read: for facets, and to decide how to
/// find what matches. There are as many as there are combinations of words that some unit has, however many units.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    kept: Arc<Kept>,
    ends: Ends,
    /// The oldest transaction that had not ended then: what it and later ones write is not known yet. `None` when nothing
    /// was read.
    horizon: Option<String>,
    renewals: u32,
}

#[derive(Debug, Clone, Default)]
struct Kept {
    cells: HashMap<Cell, i64>,
    /// By category and whether it can be bought; and by value.
    values: HashMap<(i32, bool), HashMap<i64, i64>>,
}

/// The lowest and the highest price in a cell, as somebody has found them since it was written: [`relist`](super::relist())
/// writes it whenever they may have changed.
#[derive(Debug, Default)]
struct Ends(Mutex<HashMap<Cell, (i64, i64)>>);

impl Ends {
    fn known(&self) -> MutexGuard<'_, HashMap<Cell, (i64, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is found later by who has the one is not known to who has the other: it may have been looked for before the counts
/// of the other were read.
impl Clone for Ends {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.known().clone()))
    }
}

impl Kept {
    fn put_cell(&mut self, cell: Cell, units: i64) {
        if units == 0 {
            self.cells.remove(&cell);
        } else {
            self.cells.insert(cell, units);
        }
    }

    fn put_value(&mut self, of: (i32, bool), term: i64, units: i64) {
        let values = self.values.entry(of).or_default();
        if units == 0 {
            values.remove(&term);
        } else {
            values.insert(term, units);
        }
    }
}

impl Counts {
    /// The counts as they are now, where these are what was read before: only what has been written since is read. One
    /// statement, which looks through as many rows as there are counts.
    ///
    /// What has been written is told by the transaction that wrote a row (`xmin`). Every one that had not ended when the
    /// rows were read before is no older than the horizon of then, so none is missed, in whatever order they end.
    pub(crate) async fn renewed(&self, pg: &Pg) -> Result<Self, sqlx::Error> {
        let since = self.horizon.as_deref().filter(|_| self.renewals < RENEWALS);
        let found = pg
            .read("facet_counts", async |mut tx: pg::Tx| {
                // In one row, instead of thousands of small ones.
                sqlx::query!(
                    r#"WITH since AS MATERIALIZED (SELECT age($1::text::xid) AS age)
                       SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text AS "horizon!",
                              c.categories, c.available, c.materials, c.colors, c.units,
                              v.categories AS of_categories, v.available AS of_available, v.terms, v.units AS of_units
                       FROM (
                           SELECT array_agg(category) AS categories, array_agg(available) AS available,
                                  array_agg(material) AS materials, array_agg(color) AS colors, array_agg(units) AS units
                           FROM facet_cell WHERE $1::text IS NULL OR age(xmin) <= (SELECT age FROM since)
                       ) c
                       CROSS JOIN (
                           SELECT array_agg(category) AS categories, array_agg(available) AS available,
                                  array_agg(term) AS terms, array_agg(units) AS units
                           FROM facet_value WHERE $1::text IS NULL OR age(xmin) <= (SELECT age FROM since)
                       ) v"#,
                    since,
                )
                .fetch_one(&mut *tx)
                .await
            })
            .await?;
        let mut counts = match since {
            Some(_) => self.clone(),
            None => Self::default(),
        };
        counts.horizon = Some(found.horizon);
        counts.renewals += 1;
        let cells = found
            .categories
            .unwrap_or_default()
            .into_iter()
            .zip(found.available.unwrap_or_default())
            .zip(found.materials.unwrap_or_default())
            .zip(found.colors.unwrap_or_default())
            .zip(found.units.unwrap_or_default());
        let values = found
            .of_categories
            .unwrap_or_default()
            .into_iter()
            .zip(found.of_available.unwrap_or_default())
            .zip(found.terms.unwrap_or_default())
            .zip(found.of_units.unwrap_or_default());
        if cells.len() + values.len() > 0 {
            let kept = Arc::make_mut(&mut counts.kept);
            let mut ends = counts.ends.known();
            for ((((category, available), material), color), units) in cells {
                let cell = (category, available, material, color);
                kept.put_cell(cell, units);
                ends.remove(&cell);
            }
            for (((category, available), term), units) in values {
                kept.put_value((category, available), term, units);
            }
            drop(ends);
        }
        Ok(counts)
    }

    /// How many units of a category (or one below it), material and colour there are, or can be bought; 0 stands for any.
    pub(crate) fn cell(&self, category: i32, available: bool, material: i32, color: i32) -> i64 {
        let cell = (category, available, material, color);
        self.kept.cells.get(&cell).copied().unwrap_or(0)
    }

    /// The lowest and the highest price in the cell of what is wanted, whatever price and properties are; `None` when
    /// nobody has found them.
    pub(crate) fn prices(&self, wanted: &Wanted) -> Option<(i64, i64)> {
        self.ends.known().get(&cell_of(wanted)).copied()
    }

    /// Keeps what [`prices`](Self::prices) answers.
    pub(crate) fn keep_prices(&self, wanted: &Wanted, prices: (i64, i64)) {
        let mut known = self.ends.known();
        if known.len() < PRICED {
            known.insert(cell_of(wanted), prices);
        }
    }

    /// How many units of a category have a value.
    pub(crate) fn value(&self, category: i32, available: bool, term: i64) -> i64 {
        let values = self.kept.values.get(&(category, available));
        values.and_then(|values| values.get(&term)).copied().unwrap_or(0)
    }

    /// Values of properties in a category, with their counts.
    pub(crate) fn values_of(&self, category: i32, available: bool) -> HashMap<i64, i64> {
        let values = self.kept.values.get(&(category, available));
        values.cloned().unwrap_or_default()
    }

    /// The shortest list that has all that match, made without one of the filters; `None` when no filter that is left
    /// has a list.
    pub(crate) fn anchor(&self, wanted: &Wanted, except: Option<Group>) -> Option<Anchor> {
        let either = |group, key: Option<i32>| match key {
            Some(key) if except != Some(group) => vec![0, key],
            _ => vec![0],
        };
        let mut anchors = Vec::new();
        for category in either(Group::Category, wanted.category) {
            let at = i64::from(category) << 40;
            for &color in &either(Group::Color, wanted.color) {
                for &material in &either(Group::Material, wanted.material) {
                    if (category, color, material) != (0, 0, 0) {
                        anchors.push(Anchor {
                            term: at | i64::from(color) << 20 | i64::from(material),
                            units: self.cell(category, false, material, color),
                        });
                    }
                }
            }
            if wanted.available && except != Some(Group::Available) {
                anchors.push(Anchor {
                    term: at | AVAILABLE << 20,
                    units: self.cell(category, true, 0, 0),
                });
            }
            for &term in &wanted.props {
                if except != Some(Group::Property(property_of(term))) {
                    anchors.push(Anchor {
                        term: -(at | term),
                        units: self.value(category, false, term),
                    });
                }
            }
        }
        anchors.into_iter().min_by_key(|anchor| anchor.units)
    }
}

/// The cell of what is wanted, whatever price and properties are.
fn cell_of(wanted: &Wanted) -> Cell {
    let any = |key: Option<i32>| key.unwrap_or(0);
    (
        any(wanted.category),
        wanted.available,
        any(wanted.material),
        any(wanted.color),
    )
}
