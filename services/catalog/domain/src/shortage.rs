use std::collections::BTreeMap;

use kernel::{ComponentId, ProductId};

use crate::keep::{reallocate, with_held};
use crate::{Bill, Demand, Part, Sorting, StockAt, Take, allocate, available_in_total};

/// A product somebody wants, and how many over all lines of the order.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The product.
    pub product: ProductId,
    /// Its bill of materials.
    pub bill: &'a Bill,
    /// Units.
    pub quantity: i64,
}

/// What is missing of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The product.
    pub product: ProductId,
    /// Units asked for.
    pub requested: i64,
    /// Units there would be for this product alone (STK-2: "17 available").
    pub available: i64,
}

/// Allocates the lines of an order together, keeping what it `held` before where that is possible, or says which of
/// them cannot be had: those that depend on a component that is short, and those that are built of nothing, which
/// nobody can deliver.
pub fn fulfil(
    wanted: &[Wanted<'_>],
    stocks: &[StockAt],
    held: &[Take],
    sorting: Sorting,
) -> Result<Vec<Take>, Vec<Shortage>> {
    let demand = Demand::of(wanted.iter().map(|line| (line.bill, line.quantity)));
    let (takes, missing) = match demand {
        Ok(demand) => {
            let takes = if held.is_empty() {
                allocate(&demand, stocks, sorting)
            } else {
                reallocate(&demand, stocks, held, sorting)
            };
            match takes {
                Ok(takes) => (takes, Vec::new()),
                Err(short) => (Vec::new(), short.components),
            }
        }
        // More than 64 bits of pieces are more than there are, of everything that could serve.
        Err(too_much) => {
            let parts = wanted.iter().flat_map(|line| line.bill.parts());
            let concerned = parts.filter(|part| part.component == too_much.0);
            (Vec::new(), concerned.flat_map(Part::options).collect())
        }
    };
    if missing.is_empty() && wanted.iter().all(|line| !line.bill.is_empty()) {
        return Ok(takes);
    }
    let all = with_held(stocks, held);
    Err(shortages(wanted.iter().copied(), &missing, &all))
}

/// The products of an order that cannot be had, because a part of theirs has no options but what is `missing`. Where
/// two products compete for components, both are named, each with what there would be for it alone.
pub fn shortages<'a>(
    wanted: impl IntoIterator<Item = Wanted<'a>>,
    missing: &[ComponentId],
    stocks: &[StockAt],
) -> Vec<Shortage> {
    let mut of_product: BTreeMap<ProductId, Shortage> = BTreeMap::new();
    let hopeless = |part: &Part| part.options().all(|component| missing.contains(&component));
    for line in wanted {
        if line.bill.is_empty() || line.bill.parts().iter().any(hopeless) {
            let entry = of_product.entry(line.product).or_insert(Shortage {
                product: line.product,
                requested: 0,
                available: available_in_total(line.bill, stocks),
            });
            entry.requested = entry.requested.saturating_add(line.quantity);
        }
    }
    of_product.into_values().collect()
}
