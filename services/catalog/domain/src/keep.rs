use std::collections::BTreeMap;

use kernel::{ComponentId, WarehouseId};

use crate::allocation::{empty, sorted};
use crate::flow::Network;
use crate::pool::Pool;
use crate::stock::in_total;
use crate::{Demand, NotEnough, Sorting, StockAt, Take};

/// Allocates what an order takes now that it has changed. `held` is what it holds already, which `stocks` do not count
/// as free. As much of that as possible stays where it is, even where other pieces would be more welcome; for the
/// rest the smallest number of warehouses, from the first of the order on, is used as in
/// [`allocate`](crate::allocate()). The answer is the whole of the new takes, not the difference.
pub fn reallocate(
    demand: &Demand,
    stocks: &[StockAt],
    held: &[Take],
    sorting: Sorting,
) -> Result<Vec<Take>, NotEnough> {
    let (parts, pool) = (demand.parts(), Pool::of(demand.parts()));
    let all = with_held(stocks, held);
    let ordered = sorted(demand, &all, sorting);
    let held = in_order(&ordered, &with_held(&[], held));
    let free = in_order(&ordered, stocks);

    let needs = || parts.iter().map(|part| part.quantity);
    let total = |stocks: &[StockAt]| -> Vec<i64> {
        let each = pool.components.iter();
        each.map(|&component| in_total(component, stocks)).collect()
    };
    let held_in_total = total(&held);
    let mut test = pool.indifferent(parts);
    test.reset(needs(), held_in_total.iter().copied());
    let enough = smallest_prefix(&mut test, &pool, &free)?;
    let free = &free[..enough];

    let mut choice = pool.choosy(parts);
    choice.reset(needs(), held_in_total.into_iter().chain(total(free)));
    let placed = choice.fill();
    debug_assert!(placed, "the test with the same rooms succeeded");

    // Kept pieces first, then fetched ones, each warehouse by warehouse.
    let mut takes = Vec::with_capacity(pool.len());
    for (first, stocks) in [(0, &held[..]), (pool.len(), free)] {
        let numbered = pool.components.iter().enumerate();
        let mut open: Vec<(ComponentId, i64)> = numbered
            .map(|(number, &component)| (component, choice.taken(first + number)))
            .collect();
        empty(&mut open, &stocks.iter().collect::<Vec<_>>(), &mut takes);
    }
    Ok(joined(takes, &ordered))
}

/// How many of the warehouses suffice beside what there is room for in `test` already.
fn smallest_prefix(test: &mut Network, pool: &Pool, free: &[StockAt]) -> Result<usize, NotEnough> {
    let mut enough = 0;
    while !test.fill() {
        let Some(stock) = free.get(enough) else {
            let (_, short) = test.cut();
            return Err(NotEnough {
                components: short.into_iter().map(|bin| pool.components[bin]).collect(),
            });
        };
        for (bin, &component) in pool.components.iter().enumerate() {
            test.widen(bin, stock.free(component));
        }
        enough += 1;
    }
    Ok(enough)
}

/// What would be free if nothing were held.
pub(crate) fn with_held(stocks: &[StockAt], held: &[Take]) -> Vec<StockAt> {
    let mut all = stocks.to_vec();
    for take in held {
        let known = all.iter().position(|stock| stock.warehouse == take.warehouse);
        let index = known.unwrap_or_else(|| {
            all.push(StockAt::new(take.warehouse, i32::MAX));
            all.len() - 1
        });
        let free = all[index].free(take.component);
        all[index].set(take.component, free.saturating_add(take.quantity));
    }
    all
}

/// Stocks in the order of other ones; what is in none of them is empty.
fn in_order(ordered: &[&StockAt], stocks: &[StockAt]) -> Vec<StockAt> {
    let find = |like: &&StockAt| {
        let found = stocks.iter().find(|stock| stock.warehouse == like.warehouse);
        found
            .cloned()
            .unwrap_or_else(|| StockAt::new(like.warehouse, like.position))
    };
    ordered.iter().map(find).collect()
}

/// One take for each shelf, in the order of warehouses and components.
fn joined(mut takes: Vec<Take>, ordered: &[&StockAt]) -> Vec<Take> {
    let ranks: BTreeMap<WarehouseId, usize> =
        (ordered.iter().map(|stock| stock.warehouse)).zip(0..).collect();
    takes.sort_by_key(|take| (ranks.get(&take.warehouse), take.component));
    takes.dedup_by(|next, kept| {
        let same = (next.warehouse, next.component) == (kept.warehouse, kept.component);
        if same {
            kept.quantity += next.quantity;
        }
        same
    });
    takes
}
