use std::cmp::Reverse;

use kernel::{ComponentId, WarehouseId};

use crate::availability::in_total;
use crate::{Demand, StockAt};

/// Take this many pieces of a component from a warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Take {
    /// The warehouse.
    pub warehouse: WarehouseId,
    /// The component.
    pub component: ComponentId,
    /// Pieces, at least 1.
    pub quantity: i64,
}

/// All warehouses together do not have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} components are short", components.len())]
pub struct NotEnough {
    /// The components there are too few of.
    pub components: Vec<ComponentId>,
}

/// Decides which warehouses a demand is taken from (STK-2): they are sorted by how much of it each can give;
/// the first alone if it suffices, else the first two, else the first three, and so on, emptying them in that
/// order. Between equals the one with more of these components comes first, then the one with the lower position.
///
/// The answer is in the order of taking and takes exactly the demand; nothing is taken when it is not all there.
pub fn allocate(demand: &Demand, stocks: &[StockAt]) -> Result<Vec<Take>, NotEnough> {
    let short: Vec<ComponentId> = demand
        .iter()
        .filter(|&(component, wanted)| in_total(component, stocks) < wanted)
        .map(|(component, _)| component)
        .collect();
    if !short.is_empty() {
        return Err(NotEnough { components: short });
    }

    let ordered = by_cover(demand, stocks);
    let enough = smallest_prefix(demand, &ordered);

    let mut takes = Vec::new();
    let mut open: Vec<(ComponentId, i64)> = demand.iter().collect();
    for stock in &ordered[..enough] {
        for (component, left) in &mut open {
            let quantity = (*left).min(stock.free(*component));
            if quantity > 0 {
                *left -= quantity;
                takes.push(Take {
                    warehouse: stock.warehouse,
                    component: *component,
                    quantity,
                });
            }
        }
    }
    Ok(takes)
}

/// The warehouses, the one that covers most of the demand first.
fn by_cover<'a>(demand: &Demand, stocks: &'a [StockAt]) -> Vec<&'a StockAt> {
    let mut ordered: Vec<&StockAt> = stocks.iter().collect();
    ordered.sort_by_cached_key(|stock| {
        let (mut cover, mut total) = (0_i128, 0_i128);
        for (component, wanted) in demand.iter() {
            let free = stock.free(component);
            cover += i128::from(free.min(wanted));
            total += i128::from(free);
        }
        (Reverse(cover), Reverse(total), stock.position, stock.warehouse)
    });
    ordered
}

/// How many of the warehouses, from the first on, suffice for the demand.
fn smallest_prefix(demand: &Demand, ordered: &[&StockAt]) -> usize {
    let mut open: Vec<(ComponentId, i64)> = demand.iter().collect();
    for (index, stock) in ordered.iter().enumerate() {
        open.retain_mut(|(component, left)| {
            *left = left.saturating_sub(stock.free(*component));
            *left > 0
        });
        if open.is_empty() {
            return index + 1;
        }
    }
    ordered.len()
}
