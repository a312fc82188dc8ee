use kernel::ComponentId;

use crate::flow::Network;
use crate::pool::Pool;
use crate::stock::in_total;
use crate::{Bill, StockAt};

/// How many units there are, and why not more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Units that can be put together.
    pub units: i64,
    /// There can be more only when one of these components becomes more; while none does, other components need no
    /// counting. Empty for a bill of nothing, of which there are never any.
    pub by: Vec<ComponentId>,
}

/// Units that one warehouse alone suffices for (CAT-6).
pub fn available_at(bill: &Bill, stock: &StockAt) -> i64 {
    units(bill, |component| stock.free(component))
}

/// Units that all warehouses together suffice for. Can exceed the sum of [`available_at`]: the parts of one unit
/// may come from several warehouses.
pub fn available_in_total(bill: &Bill, stocks: &[StockAt]) -> i64 {
    units(bill, |component| in_total(component, stocks))
}

/// Units that one warehouse alone suffices for, with what limits them.
pub fn limit_at(bill: &Bill, stock: &StockAt) -> Limit {
    limit(bill, |component| stock.free(component))
}

/// Units that all warehouses together suffice for, with what limits them.
pub fn limit_in_total(bill: &Bill, stocks: &[StockAt]) -> Limit {
    limit(bill, |component| in_total(component, stocks))
}

fn units(bill: &Bill, free: impl Fn(ComponentId) -> i64) -> i64 {
    if bill.is_plain() {
        // The common case, at the hottest places: nothing is allocated.
        let per_part = bill
            .parts()
            .iter()
            .map(|part| free(part.component) / part.quantity);
        return per_part.min().unwrap_or(0);
    }
    limit(bill, free).units
}

/// Every group of parts bounds the units by what all its options have together; the scarcest group is what counts.
/// Starting from the scarcest single part, the minimum cut of each attempt is a scarcer group, until an attempt
/// succeeds: a few flows, where trying numbers would take many.
fn limit(bill: &Bill, free: impl Fn(ComponentId) -> i64) -> Limit {
    let parts = bill.parts();
    let pool = Pool::of(parts);
    let rooms: Vec<i64> = pool.components.iter().map(|&component| free(component)).collect();
    let bins: Vec<Vec<usize>> = parts.iter().map(|part| pool.numbers(part)).collect();
    let alone = |part: usize| {
        let all = bins[part]
            .iter()
            .fold(0_i64, |sum, &bin| sum.saturating_add(rooms[bin]));
        all / parts[part].quantity
    };
    let scarcest = (0..parts.len()).map(|part| (alone(part), part)).min();
    let Some((units, scarcest)) = scarcest else {
        return Limit {
            units: 0,
            by: Vec::new(),
        };
    };
    let mut limit = Limit {
        units,
        by: parts[scarcest].options().collect(),
    };
    if bill.is_plain() {
        return limit;
    }
    let free_of_charge = bins.iter().map(|bins| bins.iter().map(|&bin| (bin, 0)));
    let mut network = Network::new(pool.len(), free_of_charge);
    while limit.units > 0 {
        // No overflow: no part alone needs more than 64 bits of pieces can serve.
        let needs = parts.iter().map(|part| part.quantity * limit.units);
        network.reset(needs, rooms.iter().copied());
        if network.fill() {
            break;
        }
        let (group, options) = network.cut();
        let per_unit: i128 = group.iter().map(|&part| i128::from(parts[part].quantity)).sum();
        let all: i128 = options.iter().map(|&bin| i128::from(rooms[bin])).sum();
        // Less than before, as the group needs more than all its options have.
        limit.units = i64::try_from(all / per_unit).expect("less than before");
        limit.by = options.iter().map(|&bin| pool.components[bin]).collect();
    }
    limit
}
