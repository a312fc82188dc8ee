use std::collections::{BTreeMap, BTreeSet};

use catalog_domain::{Bill, Demand, NotEnough, Part, Place, Sorting, StockAt, Take};
use kernel::{ComponentId, WarehouseId};
use proptest::prelude::*;

use crate::{bill, component, stocks, take, to_stocks};

fn demand(lines: &[(&Bill, i64)]) -> Demand {
    Demand::of(lines.iter().copied()).expect("fits")
}

fn allocate(demand: &Demand, stocks: &[StockAt]) -> Result<Vec<Take>, NotEnough> {
    catalog_domain::allocate(demand, stocks, Sorting::ByQuantity)
}

fn pieces(demand: &Demand) -> impl Iterator<Item = (ComponentId, i64)> + '_ {
    demand.parts().iter().map(|part| (part.component, part.quantity))
}

#[test]
fn twenty_of_ten_five_eight_come_from_all_three_largest_first() {
    let unit = bill(&[(0, 1)]);
    let takes = allocate(&demand(&[(&unit, 20)]), &stocks(&[&[10], &[5], &[8]])).expect("enough");
    assert_eq!(takes, [take(0, 0, 10), take(2, 0, 8), take(1, 0, 2)]);
}

#[test]
fn twenty_of_ten_five_two_are_refused_naming_the_component() {
    let unit = bill(&[(0, 1)]);
    let refused = allocate(&demand(&[(&unit, 20)]), &stocks(&[&[10], &[5], &[2]])).expect_err("short");
    assert_eq!(refused.components, [component(0)]);
}

#[test]
fn one_warehouse_is_used_when_it_alone_suffices_whatever_its_position() {
    let unit = bill(&[(0, 2), (1, 1)]);
    // The first two have more pieces of one component, only the third has all of both.
    let all = stocks(&[&[100, 0], &[0, 100], &[6, 3]]);
    let takes = allocate(&demand(&[(&unit, 3)]), &all).expect("enough");
    assert_eq!(takes, [take(2, 0, 6), take(2, 1, 3)]);
}

#[test]
fn two_lines_that_share_a_component_are_added_up() {
    let (table, shelf) = (bill(&[(0, 4), (1, 1)]), bill(&[(0, 2)]));
    let both = demand(&[(&table, 2), (&shelf, 3)]);
    assert_eq!(
        both.parts(),
        [Part::plain(component(0), 14), Part::plain(component(1), 2)]
    );
    assert!(allocate(&both, &stocks(&[&[13, 9]])).is_err());
    assert!(allocate(&both, &stocks(&[&[14, 9]])).is_ok());
}

#[test]
fn among_equals_more_stock_then_position_decides() {
    let unit = bill(&[(0, 1)]);
    let takes = allocate(&demand(&[(&unit, 5)]), &stocks(&[&[5], &[9], &[9]])).expect("enough");
    assert_eq!(takes, [take(1, 0, 5)]);
}

#[test]
fn quantities_beyond_64_bits_are_an_error() {
    let unit = bill(&[(0, i64::MAX)]);
    assert!(Demand::of([(&unit, 2)]).is_err());
    assert!(Demand::of([(&unit, 1), (&unit, 1)]).is_err());
}

#[test]
fn nothing_wanted_takes_nothing() {
    assert_eq!(allocate(&Demand::default(), &stocks(&[&[1]])), Ok(vec![]));
    assert_eq!(allocate(&Demand::default(), &[]), Ok(vec![]));
}

#[test]
fn by_distance_the_nearest_goes_first_and_unknown_places_last() {
    let place = |latitude, longitude| Some(Place::new(latitude, longitude).expect("on the globe"));
    let moscow = Place::new(55.756, 37.617).expect("on the globe");
    let [far, unknown, near] = <[StockAt; 3]>::try_from(stocks(&[&[9], &[9], &[4]])).expect("three");
    // Novosibirsk and Tver.
    let all = [far.at(place(55.03, 82.92)), unknown, near.at(place(56.86, 35.9))];
    let unit = bill(&[(0, 1)]);
    let takes = |units| {
        catalog_domain::allocate(&demand(&[(&unit, units)]), &all, Sorting::ByDistance(moscow))
            .expect("enough")
    };
    assert_eq!(takes(4), [take(2, 0, 4)]);
    assert_eq!(takes(5), [take(2, 0, 4), take(0, 0, 1)]);
    assert_eq!(takes(20), [take(2, 0, 4), take(0, 0, 9), take(1, 0, 7)]);
}

const COMPONENTS: usize = 3;

/// Up to five warehouses with up to 20 pieces of each of three components.
fn any_stock() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..20, COMPONENTS), 1..6)
}

/// Up to four lines: units wanted, and the pieces of each component in one.
fn any_lines() -> impl Strategy<Value = Vec<(i64, Vec<i64>)>> {
    prop::collection::vec((1_i64..5, prop::collection::vec(0_i64..4, COMPONENTS)), 1..5)
}

fn to_bill(pieces: &[i64]) -> Bill {
    let lines: Vec<(u8, i64)> = (0_u8..)
        .zip(pieces.iter().copied())
        .filter(|&(_, quantity)| quantity > 0)
        .collect();
    bill(&lines)
}

fn to_demand(lines: &[(i64, Vec<i64>)]) -> Demand {
    let bills: Vec<(Bill, i64)> = lines
        .iter()
        .map(|(units, pieces)| (to_bill(pieces), *units))
        .collect();
    Demand::of(bills.iter().map(|(bill, units)| (bill, *units))).expect("small")
}

fn covers(demand: &Demand, stocks: &[&StockAt]) -> bool {
    pieces(demand).all(|(c, wanted)| stocks.iter().map(|s| s.free(c)).sum::<i64>() >= wanted)
}

proptest! {
    /// Exactly the demand where it is all there, and a refusal only where it is not.
    #[test]
    fn takes_exactly_the_demand_or_refuses(rows in any_stock(), lines in any_lines()) {
        let (all, demand) = (to_stocks(&rows), to_demand(&lines));
        let feasible = covers(&demand, &all.iter().collect::<Vec<_>>());
        let takes = allocate(&demand, &all);
        prop_assert_eq!(takes.is_ok(), feasible);
        let Ok(takes) = takes else { return Ok(()) };
        let mut sums: BTreeMap<ComponentId, i64> = BTreeMap::new();
        for take in &takes {
            prop_assert!(take.quantity > 0);
            *sums.entry(take.component).or_default() += take.quantity;
        }
        prop_assert_eq!(sums.into_iter().collect::<Vec<_>>(), pieces(&demand).collect::<Vec<_>>());
    }

    /// No shelf gives more than it has, and none is named twice.
    #[test]
    fn never_takes_more_than_is_free(rows in any_stock(), lines in any_lines()) {
        let (all, demand) = (to_stocks(&rows), to_demand(&lines));
        let mut seen = BTreeSet::new();
        for take in allocate(&demand, &all).unwrap_or_default() {
            let stock = all.iter().find(|s| s.warehouse == take.warehouse).expect("one of ours");
            prop_assert!(take.quantity <= stock.free(take.component));
            prop_assert!(seen.insert((take.warehouse, take.component)));
        }
    }

    /// Warehouses are used from the best on, and one fewer of them would not do.
    #[test]
    fn uses_the_smallest_prefix_of_the_sorted_warehouses(rows in any_stock(), lines in any_lines()) {
        let (all, demand) = (to_stocks(&rows), to_demand(&lines));
        let Ok(takes) = allocate(&demand, &all) else { return Ok(()) };
        let used: BTreeSet<WarehouseId> = takes.iter().map(|t| t.warehouse).collect();
        let cover = |s: &StockAt| pieces(&demand).map(|(c, wanted)| s.free(c).min(wanted)).sum::<i64>();
        let worst_used = all.iter().filter(|s| used.contains(&s.warehouse)).map(cover).min();
        if let Some(worst) = worst_used {
            let better: Vec<&StockAt> = all.iter().filter(|s| cover(s) > worst).collect();
            prop_assert!(!covers(&demand, &better), "a smaller prefix would do");
        }
    }

    /// With one component no choice of fewer warehouses could do at all.
    #[test]
    fn of_one_component_no_fewer_warehouses_suffice(
        row in prop::collection::vec(0_i64..20, 1..6),
        wanted in 1_i64..60,
    ) {
        let all = to_stocks(&row.iter().map(|&free| vec![free]).collect::<Vec<_>>());
        let unit = bill(&[(0, 1)]);
        let Ok(takes) = allocate(&demand(&[(&unit, wanted)]), &all) else { return Ok(()) };
        let mut largest = row;
        largest.sort_unstable_by_key(|&free| std::cmp::Reverse(free));
        let fewer: i64 = largest.iter().take(takes.len() - 1).sum();
        prop_assert!(fewer < wanted);
    }

    /// Neither the order of the lines nor that of the warehouses changes the outcome.
    #[test]
    fn order_of_lines_and_warehouses_does_not_matter(
        (rows, shuffled) in any_stock().prop_flat_map(|rows| {
            let numbers: Vec<usize> = (0..rows.len()).collect();
            (Just(rows), Just(numbers).prop_shuffle())
        }),
        (lines, other_lines) in any_lines().prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle())),
    ) {
        let all = to_stocks(&rows);
        let permuted: Vec<StockAt> = shuffled.iter().map(|&i| all[i].clone()).collect();
        prop_assert_eq!(
            allocate(&to_demand(&lines), &all),
            allocate(&to_demand(&other_lines), &permuted)
        );
    }
}
