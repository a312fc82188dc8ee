use super::Sort;
use super::along::Along;
use super::browse::{Browse, LARGE, SMALL};
use super::counts::Anchor;
use super::filter::{Group, Wanted};
use super::priced::ByPrice;
use super::tally::Tally;
use super::walk::LOOKED_THROUGH;

/// Rows that a walk passes by, in its index, in the time in which one is gathered (0.3 and 3 µs at 1,000,000 units).
const PASSED: i64 = 8;
/// A walk that is likely to look through more may well end before its page is full.
const SURE: i64 = LOOKED_THROUGH * 4 / 5;

/// Categories that are looked through one by one; with more of them, the list of the colour is read as a whole.
const KINDS: usize = 32;

/// How to find what matches.
#[derive(Debug)]
pub(super) enum Way {
    Gather(Anchor),
    Walk(Along),
    /// By reading what of a list is in the range of prices, probably so many.
    Prices(ByPrice, i64),
}

impl Browse<'_> {
    /// The way that is likely to read least.
    pub(super) fn way(&self, tally: &Tally) -> Way {
        let (along, units) = self.along();
        let looked = self.looked_through(units);
        let anchor = self.counts().anchor(self.wanted, None);
        if !self.is_by_price()
            && self.wanted.prices().is_some()
            && let (list, of) = self.by_price()
            && let Some(priced) = self.in_prices(of)
            && (priced <= SMALL || (looked > SURE && looked > 2 * priced))
            && priced <= LARGE / 2
            && anchor.is_none_or(|anchor| priced < anchor.units)
        {
            return Way::Prices(list, priced);
        }
        let Some(anchor) = anchor else {
            return Way::Walk(along);
        };
        let in_doubt = !self.wanted.is_counted()
            || tally
                .shown(self.vocabulary, self.wanted)
                .into_iter()
                .any(|group| matches!(group, Some(Group::Property(_))) && tally.doubts(group));
        let gather = if anchor.units <= SMALL {
            in_doubt || looked > SURE || looked > PASSED * anchor.units
        } else {
            anchor.units <= LARGE && looked > SURE && looked > 2 * anchor.units
        };
        if gather {
            Way::Gather(anchor)
        } else {
            Way::Walk(along)
        }
    }

    /// Whether the list is in the order of prices.
    pub(super) const fn is_by_price(&self) -> bool {
        matches!(self.from.0, Sort::Price | Sort::PriceDown)
    }

    /// How many of so many units are probably in the range of prices; `None` when all are wanted or nothing is known.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "an estimate"
    )]
    pub(super) fn in_prices(&self, units: i64) -> Option<i64> {
        let (low, high) = self.wanted.prices()?;
        let share = self.vocabulary.prices.share(low, high)?;
        Some((units as f64 * share).ceil() as i64)
    }

    /// The shortest list that has the order, and how long it is.
    pub(super) fn along(&self) -> (Along, i64) {
        let counts = self.counts();
        let (color, material) = (self.wanted.color, self.wanted.material);
        let mut ways = vec![(Along::All, counts.cell(0, false, 0, 0))];
        if let Some(category) = self.wanted.category {
            let root = self.vocabulary.root_of(category);
            ways.push((Along::Root(root), counts.cell(root, false, 0, 0)));
            if self.vocabulary.is_leaf(category) {
                ways.push((Along::Category(category), counts.cell(category, false, 0, 0)));
                ways.extend(color.map(|color| {
                    let units = counts.cell(category, false, 0, color);
                    (Along::CategoryColor(category, color), units)
                }));
                ways.extend(material.map(|material| {
                    let units = counts.cell(category, false, material, 0);
                    (Along::CategoryMaterial(category, material), units)
                }));
            }
        }
        ways.extend(color.map(|color| (Along::Color(color), counts.cell(0, false, 0, color))));
        ways.extend(material.map(|material| (Along::Material(material), counts.cell(0, false, material, 0))));
        ways.into_iter()
            .min_by_key(|(_, units)| *units)
            .unwrap_or((Along::All, 0))
    }

    /// The shortest list by price, and how long it is: a walk's, or, in a category with others below it, what of these has
    /// the colour wanted or is of the material.
    pub(super) fn by_price(&self) -> (ByPrice, i64) {
        let (along, units) = self.along();
        let mut lists = vec![(ByPrice::Along(along), units)];
        let branch = self.wanted.category.filter(|&key| !self.vocabulary.is_leaf(key));
        let kinds = branch.map(|category| self.vocabulary.subtree(category));
        if let (Some(category), Some(kinds)) = (branch, kinds.filter(|kinds| kinds.len() <= KINDS)) {
            lists.extend(self.wanted.color.map(|color| {
                let units = self.counts().cell(category, false, 0, color);
                (ByPrice::KindsColor(kinds.clone(), color), units)
            }));
            lists.extend(self.wanted.material.map(|material| {
                let units = self.counts().cell(category, false, material, 0);
                (ByPrice::KindsMaterial(kinds, material), units)
            }));
        }
        lists
            .into_iter()
            .min_by_key(|(_, units)| *units)
            .unwrap_or((ByPrice::Along(Along::All), 0))
    }

    /// How many rows a walk is likely to look through for a page.
    fn looked_through(&self, units: i64) -> i64 {
        let (wanted, counts) = (self.wanted, self.counts());
        let category = wanted.category.unwrap_or(0);
        let (color, material) = (wanted.color.unwrap_or(0), wanted.material.unwrap_or(0));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let estimate = {
            let of_category = counts.cell(category, false, 0, 0).max(1) as f64;
            let mut matching = counts.cell(category, wanted.available, material, color) as f64;
            for &term in &wanted.props {
                matching *= counts.value(category, false, term) as f64 / of_category;
            }
            if !self.is_by_price()
                && let Some((low, high)) = wanted.prices()
            {
                matching *= self.vocabulary.prices.share(low, high).unwrap_or(0.3);
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

    /// Whether nothing but the walk's own list is wanted, so that it passes nothing by.
    pub(super) fn is_all_of(&self, along: Along) -> bool {
        let rest = Wanted {
            category: self
                .wanted
                .category
                .filter(|&category| along.category() != Some(category)),
            color: self.wanted.color.filter(|&color| along.color() != Some(color)),
            material: self
                .wanted
                .material
                .filter(|&material| along.material() != Some(material)),
            ..self.wanted.clone()
        };
        rest == Wanted::default()
    }
}
