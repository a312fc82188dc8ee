use std::collections::{BTreeMap, BTreeSet};

use catalog_domain::{Bill, Demand, Sorting, StockAt, Take, allocate};
use kernel::{ComponentId, WarehouseId};
use proptest::prelude::*;

use crate::{bill_of, component, placements, small_bill, small_stock, stocks, take, to_stocks};

fn of(bill: &Bill, units: i64) -> Demand {
    Demand::of([(bill, units)]).expect("small")
}

fn by_quantity(bill: &Bill, units: i64, stocks: &[StockAt]) -> Vec<Take> {
    allocate(&of(bill, units), stocks, Sorting::ByQuantity).expect("enough")
}

#[test]
fn the_preferred_component_first_then_the_substitutes_in_order() {
    let unit = bill_of(&[(&[2, 0, 1], 1)]);
    let all = stocks(&[&[2, 9, 3]]);
    assert_eq!(by_quantity(&unit, 3, &all), [take(0, 2, 3)]);
    assert_eq!(by_quantity(&unit, 5, &all), [take(0, 0, 2), take(0, 2, 3)]);
    assert_eq!(
        by_quantity(&unit, 6, &all),
        [take(0, 0, 2), take(0, 1, 1), take(0, 2, 3)]
    );
}

#[test]
fn a_part_gives_way_to_one_that_has_no_choice() {
    // Both like 0; only the first can do without.
    let unit = bill_of(&[(&[0, 1], 2), (&[2, 0], 2)]);
    let all = stocks(&[&[2, 2, 0]]);
    assert_eq!(by_quantity(&unit, 1, &all), [take(0, 0, 2), take(0, 1, 2)]);
}

#[test]
fn one_warehouse_with_the_substitute_goes_before_two_without() {
    let unit = bill_of(&[(&[0, 1], 4)]);
    let all = stocks(&[&[3, 0], &[1, 3]]);
    assert_eq!(by_quantity(&unit, 1, &all), [take(1, 0, 1), take(1, 1, 3)]);
}

#[test]
fn what_is_short_is_the_group_that_competes() {
    let unit = bill_of(&[(&[0, 1], 2), (&[1, 0], 2), (&[2, 3], 1)]);
    let refused = allocate(&of(&unit, 1), &stocks(&[&[2, 1, 0, 5]]), Sorting::ByQuantity).expect_err("short");
    assert_eq!(refused.components, [component(0), component(1)]);
}

fn total(stocks: &[&StockAt]) -> Vec<i64> {
    (0_u8..4)
        .map(|c| stocks.iter().map(|s| s.free(component(c))).sum())
        .collect()
}

/// Pieces of each component.
fn pieces(placed: &[(usize, ComponentId)]) -> BTreeMap<ComponentId, i64> {
    let mut sums = BTreeMap::new();
    for &(_, component) in placed {
        *sums.entry(component).or_default() += 1;
    }
    sums
}

/// Pieces of each rank: how many are preferred, how many the first substitute, and so on.
fn ranks(placed: &[(usize, ComponentId)]) -> Vec<usize> {
    (0..3)
        .map(|rank| placed.iter().filter(|&&(r, _)| r == rank).count())
        .collect()
}

proptest! {
    /// Nothing is refused that trying everything can place, no shelf gives more than it has, and the takes are one of
    /// the ways to place all pieces.
    #[test]
    fn takes_are_a_placement_or_there_is_none(rows in small_stock(), unit in small_bill()) {
        let all = to_stocks(&rows);
        let ways = placements(unit.parts(), &total(&all.iter().collect::<Vec<_>>()));
        let takes = allocate(&of(&unit, 1), &all, Sorting::ByQuantity);
        prop_assert_eq!(takes.is_ok(), !ways.is_empty());
        let Ok(takes) = takes else { return Ok(()) };
        let mut sums: BTreeMap<ComponentId, i64> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for take in &takes {
            let stock = all.iter().find(|s| s.warehouse == take.warehouse).expect("one of ours");
            prop_assert!((1..=stock.free(take.component)).contains(&take.quantity));
            prop_assert!(seen.insert((take.warehouse, take.component)));
            *sums.entry(take.component).or_default() += take.quantity;
        }
        prop_assert!(ways.iter().any(|way| pieces(way) == sums));
    }

    /// Among all placements from the same warehouses, none has more preferred pieces, and of those with as many none
    /// has its substitutes earlier in the order.
    #[test]
    fn no_placement_is_more_welcome(row in prop::collection::vec(0_i64..5, 4), unit in small_bill()) {
        let all = to_stocks(&[row]);
        let ways = placements(unit.parts(), &total(&[&all[0]]));
        let Ok(takes) = allocate(&of(&unit, 1), &all, Sorting::ByQuantity) else { return Ok(()) };
        let sums: BTreeMap<ComponentId, i64> = takes.iter().map(|t| (t.component, t.quantity)).collect();
        let welcome = |ranks: Vec<usize>| (ranks[0], std::cmp::Reverse(ranks[1] + 2 * ranks[2]));
        let best = ways.iter().map(|way| welcome(ranks(way))).max();
        let ours = ways.iter().filter(|way| pieces(way) == sums);
        prop_assert_eq!(ours.map(|way| welcome(ranks(way))).max(), best);
    }

    /// One warehouse fewer of those in front would not do, and every warehouse that is passed over gives nothing.
    #[test]
    fn the_smallest_prefix_is_used(rows in small_stock(), unit in small_bill()) {
        let all = to_stocks(&rows);
        let Ok(takes) = allocate(&of(&unit, 1), &all, Sorting::ByQuantity) else { return Ok(()) };
        let most = |stock: &StockAt| {
            // What a warehouse can give is what it takes when there is nothing else and nothing more is asked.
            (0..=12).rev().find(|&pieces| {
                partial(unit.parts(), &total(&[stock])).contains(&pieces)
            })
        };
        let used: BTreeSet<WarehouseId> = takes.iter().map(|t| t.warehouse).collect();
        let worst = all.iter().filter(|s| used.contains(&s.warehouse)).map(most).min().flatten();
        let better: Vec<&StockAt> = all.iter().filter(|s| most(s) > worst).collect();
        prop_assert!(placements(unit.parts(), &total(&better)).is_empty(), "a smaller prefix would do");
    }

    #[test]
    fn the_order_of_warehouses_does_not_matter(rows in small_stock(), unit in small_bill()) {
        let all = to_stocks(&rows);
        let mut reversed = all.clone();
        reversed.reverse();
        let of = of(&unit, 1);
        prop_assert_eq!(
            allocate(&of, &all, Sorting::ByQuantity),
            allocate(&of, &reversed, Sorting::ByQuantity)
        );
    }
}

/// How many pieces of the parts can be placed, every possible number: tries leaving each piece out.
fn partial(parts: &[catalog_domain::Part], free: &[i64]) -> BTreeSet<i64> {
    let mut states = BTreeSet::from([(0, free.to_vec())]);
    for part in parts {
        for _ in 0..part.quantity {
            for (placed, left) in states.clone() {
                for option in part.options() {
                    let at = usize::try_from(option.uuid().as_u128() - 1).expect("small");
                    if left[at] > 0 {
                        let mut left = left.clone();
                        left[at] -= 1;
                        states.insert((placed + 1, left));
                    }
                }
            }
        }
    }
    states.into_iter().map(|(placed, _)| placed).collect()
}
