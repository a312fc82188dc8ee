use std::cmp::Reverse;

use kernel::{ComponentId, WarehouseId};

use crate::pool::Pool;
use crate::stock::in_total;
use crate::{Demand, Place, StockAt};

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

/// Which warehouses go before others (STK-2).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Sorting {
    /// The one that can give most of the demand first; of equals the one with more of its components, then the one
    /// with the lower position.
    #[default]
    ByQuantity,
    /// The nearest to an address first; those whose place is not known come last. Equals as by quantity.
    ByDistance(Place),
}

/// All warehouses together do not have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} components are short", components.len())]
pub struct NotEnough {
    /// The components there are too few of: some parts have no options but these and need more than all of them.
    pub components: Vec<ComponentId>,
}

/// Decides which warehouses a demand is taken from (STK-2): they are sorted; the first alone if it suffices, else
/// the first two, else the first three, and so on, emptying them in that order. Within these warehouses as few pieces
/// as possible are of substitutes, and of those as many as possible of earlier ones.
///
/// The answer is in the order of taking and takes exactly the demand; nothing is taken when it is not all there.
pub fn allocate(demand: &Demand, stocks: &[StockAt], sorting: Sorting) -> Result<Vec<Take>, NotEnough> {
    if !demand.as_bill().is_plain() {
        return crate::keep::reallocate(demand, stocks, &[], sorting);
    }
    let short: Vec<ComponentId> = demand
        .parts()
        .iter()
        .filter(|part| in_total(part.component, stocks) < part.quantity)
        .map(|part| part.component)
        .collect();
    if !short.is_empty() {
        return Err(NotEnough { components: short });
    }
    let ordered = sorted(demand, stocks, sorting);
    let mut open: Vec<(ComponentId, i64)> = demand
        .parts()
        .iter()
        .map(|part| (part.component, part.quantity))
        .collect();
    let enough = smallest_prefix(open.clone(), &ordered);
    let mut takes = Vec::with_capacity(open.len());
    empty(&mut open, &ordered[..enough], &mut takes);
    Ok(takes)
}

/// Takes what is open of each component, warehouse by warehouse.
pub(crate) fn empty(open: &mut [(ComponentId, i64)], ordered: &[&StockAt], takes: &mut Vec<Take>) {
    for stock in ordered {
        for (component, left) in &mut *open {
            if *left == 0 {
                continue;
            }
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
}

/// The warehouses in the order in which they are emptied.
pub(crate) fn sorted<'a>(demand: &Demand, stocks: &'a [StockAt], sorting: Sorting) -> Vec<&'a StockAt> {
    let mut cover = Cover::of(demand);
    let mut ordered: Vec<&StockAt> = stocks.iter().collect();
    ordered.sort_by_cached_key(|stock| {
        let distance = match sorting {
            Sorting::ByQuantity => 0,
            Sorting::ByDistance(address) => stock.place.map_or(u64::MAX, |place| {
                // Of numbers from 0 on, the bits are in the order of the numbers.
                place.metres_to(address).to_bits()
            }),
        };
        let (given, total) = cover.by(demand, stock);
        (
            distance,
            Reverse(given),
            Reverse(total),
            stock.position,
            stock.warehouse,
        )
    });
    ordered
}

/// How much of a demand a warehouse can give.
struct Cover {
    /// What to ask where pieces can be replaced; not needed else.
    flow: Option<(Pool, crate::flow::Network)>,
}

impl Cover {
    fn of(demand: &Demand) -> Self {
        let flow = (!demand.as_bill().is_plain()).then(|| {
            let pool = Pool::of(demand.parts());
            let network = pool.indifferent(demand.parts());
            (pool, network)
        });
        Self { flow }
    }

    /// Pieces of the demand that a warehouse can give, and all its pieces that could serve.
    fn by(&mut self, demand: &Demand, stock: &StockAt) -> (i128, i128) {
        let parts = demand.parts();
        let Some((pool, network)) = &mut self.flow else {
            return parts.iter().fold((0, 0), |(given, total), part| {
                let free = stock.free(part.component);
                (
                    given + i128::from(free.min(part.quantity)),
                    total + i128::from(free),
                )
            });
        };
        let rooms = pool.components.iter().map(|&component| stock.free(component));
        network.reset(parts.iter().map(|part| part.quantity), rooms.clone());
        network.fill();
        let wanted: i128 = parts.iter().map(|part| i128::from(part.quantity)).sum();
        (wanted - network.open(), rooms.map(i128::from).sum())
    }
}

/// How many of the warehouses, from the first on, suffice for what is open.
fn smallest_prefix(mut open: Vec<(ComponentId, i64)>, ordered: &[&StockAt]) -> usize {
    for (index, stock) in ordered.iter().enumerate() {
        if open.is_empty() {
            return index;
        }
        open.retain_mut(|(component, left)| {
            *left = left.saturating_sub(stock.free(*component));
            *left > 0
        });
    }
    ordered.len()
}
