use std::collections::BTreeMap;

use catalog_domain::{Bill, Demand, Sorting, StockAt, Take, allocate, reallocate};
use kernel::{ComponentId, WarehouseId};
use proptest::prelude::*;

use crate::{bill, bill_of, component, placements, small_bill, small_stock, stocks, take, to_stocks};

fn of(bill: &Bill, units: i64) -> Demand {
    Demand::of([(bill, units)]).expect("small")
}

fn again(bill: &Bill, units: i64, stocks: &[StockAt], held: &[Take]) -> Vec<Take> {
    reallocate(&of(bill, units), stocks, held, Sorting::ByQuantity).expect("enough")
}

#[test]
fn an_order_that_grows_keeps_its_pieces_where_they_are() {
    let unit = bill(&[(0, 1)]);
    // A fresh order of five would come from the first warehouse alone.
    let all = stocks(&[&[9], &[0]]);
    assert_eq!(
        again(&unit, 5, &all, &[take(1, 0, 3)]),
        [take(0, 0, 2), take(1, 0, 3)]
    );
}

#[test]
fn an_order_that_shrinks_fetches_nothing() {
    let unit = bill(&[(0, 1)]);
    let held = [take(0, 0, 2), take(1, 0, 3)];
    assert_eq!(again(&unit, 2, &stocks(&[&[9], &[0]]), &held), [take(0, 0, 2)]);
    // In the order of taking: the second warehouse gives more.
    let all_stay = [take(1, 0, 3), take(0, 0, 2)];
    assert_eq!(again(&unit, 5, &stocks(&[&[0], &[0]]), &held), all_stay);
}

#[test]
fn held_pieces_go_before_more_welcome_ones() {
    let unit = bill_of(&[(&[0, 1], 1)]);
    let all = stocks(&[&[9, 9]]);
    assert_eq!(
        again(&unit, 3, &all, &[take(0, 1, 2)]),
        [take(0, 0, 1), take(0, 1, 2)]
    );
}

#[test]
fn what_the_new_lines_do_not_use_is_let_go() {
    let (old, new) = (component(0), bill(&[(1, 2)]));
    let takes = again(&new, 1, &stocks(&[&[0, 5]]), &[take(0, 0, 4)]);
    assert!(takes.iter().all(|take| take.component != old));
    assert_eq!(takes, [take(0, 1, 2)]);
}

fn by_shelf(takes: &[Take]) -> BTreeMap<(WarehouseId, ComponentId), i64> {
    takes
        .iter()
        .map(|t| ((t.warehouse, t.component), t.quantity))
        .collect()
}

proptest! {
    /// An order that has not changed keeps exactly what it holds.
    #[test]
    fn asked_again_nothing_moves(rows in small_stock(), unit in small_bill()) {
        let mut all = to_stocks(&rows);
        let Ok(held) = allocate(&of(&unit, 1), &all, Sorting::ByQuantity) else { return Ok(()) };
        for take in &held {
            let stock = all.iter_mut().find(|s| s.warehouse == take.warehouse).expect("ours");
            stock.set(take.component, stock.free(take.component) - take.quantity);
        }
        prop_assert_eq!(by_shelf(&again(&unit, 1, &all, &held)), by_shelf(&held));
    }

    /// Whatever is held and wanted: as many held pieces stay as any placement could use, the takes are a placement,
    /// and nothing is refused that could be placed.
    #[test]
    fn as_much_stays_as_could(rows in small_stock(), held in small_stock(), unit in small_bill()) {
        let (all, held_rows) = (to_stocks(&rows), to_stocks(&held));
        let held: Vec<Take> = held_rows
            .iter()
            .flat_map(|s| (0_u8..4).map(|c| Take {
                warehouse: s.warehouse,
                component: component(c),
                quantity: s.free(component(c)),
            }))
            .filter(|take| take.quantity > 0)
            .collect();
        let sum = |stocks: &[StockAt], c| stocks.iter().map(|s| s.free(component(c))).sum::<i64>();
        let both: Vec<i64> = (0_u8..4).map(|c| sum(&all, c) + sum(&held_rows, c)).collect();
        let ways = placements(unit.parts(), &both);
        let takes = reallocate(&of(&unit, 1), &all, &held, Sorting::ByQuantity);
        prop_assert_eq!(takes.is_ok(), !ways.is_empty());
        let Ok(takes) = takes else { return Ok(()) };
        let (before, after) = (by_shelf(&held), by_shelf(&takes));
        for (shelf, &quantity) in &after {
            let free = all.iter().find(|s| s.warehouse == shelf.0).map_or(0, |s| s.free(shelf.1));
            prop_assert!(quantity <= free + before.get(shelf).copied().unwrap_or(0));
        }
        let stays: i64 = after.iter().map(|(shelf, &n)| n.min(before.get(shelf).copied().unwrap_or(0))).sum();
        let could = ways.iter().map(|way| {
            (0_u8..4)
                .map(|c| {
                    let used = way.iter().filter(|&&(_, placed)| placed == component(c)).count();
                    i64::try_from(used).expect("small").min(sum(&held_rows, c))
                })
                .sum::<i64>()
        });
        prop_assert_eq!(Some(stays), could.max());
    }
}
