use std::collections::BTreeMap;

use kernel::{ComponentId, Money, MoneyError};

use crate::margin::with_margin;
use crate::{Bill, MarginRule, Tree};

/// Why a unit has no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// It is built of nothing.
    #[error("a unit without required components has no price")]
    Nothing,
    /// These components have no cost yet (CAT-10).
    #[error("{} components have no cost", .0.len())]
    NoCost(Vec<ComponentId>),
    /// No margin is set for its category, nor one for the rest.
    #[error("there is no margin rule for the unit's category")]
    NoMargin,
    /// The costs are in different currencies or too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Margin rules by category, for all below it that have none of their own; the one without a category is for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Margins {
    of_category: BTreeMap<String, MarginRule>,
    rest: Option<MarginRule>,
}

impl Margins {
    /// The rules of `(category, rule)`; of two for the same, the later one holds.
    pub fn new(rules: impl IntoIterator<Item = (Option<String>, MarginRule)>) -> Self {
        let mut margins = Self::default();
        for (category, rule) in rules {
            match category {
                Some(category) => {
                    margins.of_category.insert(category, rule);
                }
                None => margins.rest = Some(rule),
            }
        }
        margins
    }

    /// The rule for units of a category.
    pub fn of(&self, category: &str, tree: &Tree) -> Option<MarginRule> {
        let mut own = tree
            .lineage(category)
            .filter_map(|code| self.of_category.get(code));
        own.next().copied().or(self.rest)
    }
}

/// The price of a unit (CAT-5): the one set by hand, or what its parts cost with the margin of its category. A part
/// costs what the component costs that is meant, whatever replaces it.
pub fn unit_price(
    by_hand: Option<Money>,
    margin: Option<MarginRule>,
    bill: &Bill,
    cost: impl Fn(ComponentId) -> Option<Money>,
) -> Result<Money, PriceError> {
    if let Some(price) = by_hand {
        return Ok(price);
    }
    if bill.is_empty() {
        return Err(PriceError::Nothing);
    }
    let mut costs = Vec::with_capacity(bill.parts().len());
    let mut without = Vec::new();
    for part in bill.parts() {
        match cost(part.component) {
            Some(piece) => costs.push((piece, part.quantity)),
            None => without.push(part.component),
        }
    }
    if !without.is_empty() {
        without.dedup();
        return Err(PriceError::NoCost(without));
    }
    let margin = margin.ok_or(PriceError::NoMargin)?;
    let mut sum: Option<Money> = None;
    for (piece, quantity) in costs {
        let of_part = piece.times(quantity)?;
        sum = Some(match sum {
            Some(sum) => sum.plus(of_part)?,
            None => of_part,
        });
    }
    let cost = sum.ok_or(PriceError::Nothing)?;
    Ok(with_margin(margin, cost)?)
}
