use kernel::ComponentId;

use crate::pool::Pool;
use crate::stock::in_total;
use crate::{Bill, Part, StockAt};

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
    let alone = |part: &Part| {
        let all = part.options().fold(0_i64, |sum, c| sum.saturating_add(free(c)));
        all / part.quantity
    };
    let Some((units, scarcest)) = parts
        .iter()
        .map(|part| (alone(part), part))
        .min_by_key(|&(units, _)| units)
    else {
        return Limit {
            units: 0,
            by: Vec::new(),
        };
    };
    let mut limit = Limit {
        units,
        by: scarcest.options().collect(),
    };
    if bill.is_plain() {
        return limit;
    }
    let pool = Pool::of(parts);
    let rooms: Vec<i64> = pool.components.iter().map(|&component| free(component)).collect();
    let mut network = pool.indifferent(parts);
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
