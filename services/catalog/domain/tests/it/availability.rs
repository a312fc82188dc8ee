use catalog_domain::{
    Bill, BillError, Demand, Part, Sorting, StockAt, allocate, available_at, available_in_total, limit_at,
    limit_in_total,
};
use proptest::prelude::*;

use crate::{bill, bill_of, component, part, small_bill, small_stock, stocks, to_stocks};

#[test]
fn parts_of_one_unit_may_come_from_several_warehouses() {
    let unit = bill(&[(0, 1), (1, 1)]);
    let all = stocks(&[&[3, 0], &[0, 3]]);
    assert_eq!(all.iter().map(|s| available_at(&unit, s)).sum::<i64>(), 0);
    assert_eq!(available_in_total(&unit, &all), 3);
}

#[test]
fn the_same_component_on_two_lines_of_a_bill_counts_for_both() {
    let unit = bill(&[(0, 2), (0, 3)]);
    assert_eq!(available_in_total(&unit, &stocks(&[&[9]])), 1);
}

#[test]
fn a_bill_of_nothing_makes_nothing() {
    assert_eq!(available_in_total(&Bill::default(), &stocks(&[&[9]])), 0);
    assert_eq!(limit_in_total(&Bill::default(), &stocks(&[&[9]])).by, []);
}

#[test]
fn unsound_parts_are_refused() {
    let none = Part::plain(component(0), 0);
    assert_eq!(Bill::new([none]), Err(BillError::Quantity(component(0))));
    for twice in [&[0, 0], &[1, 0, 0][..]] {
        assert!(matches!(
            Bill::new([part(twice, 1)]),
            Err(BillError::Repeated { substitute, .. }) if substitute == component(0)
        ));
    }
}

#[test]
fn parts_with_other_substitutes_stay_apart() {
    let unit = bill_of(&[(&[0, 1], 1), (&[0], 2), (&[0, 1], 3)]);
    assert_eq!(unit.parts(), [part(&[0], 2), part(&[0, 1], 4)]);
}

#[test]
fn two_parts_compete_for_a_component_and_the_substitute_helps_only_one() {
    // Per unit 2 of 0 for the first, and one of 0 or 1 for the second.
    let unit = bill_of(&[(&[0], 2), (&[0, 1], 1)]);
    assert_eq!(available_in_total(&unit, &stocks(&[&[9, 0]])), 3);
    assert_eq!(available_in_total(&unit, &stocks(&[&[9, 1]])), 3);
    assert_eq!(available_in_total(&unit, &stocks(&[&[9, 3]])), 4);
    // However much there is of the substitute.
    let limit = limit_in_total(&unit, &stocks(&[&[9, 90]]));
    assert_eq!((limit.units, limit.by), (4, vec![component(0)]));
}

#[test]
fn of_a_combination_there_is_what_its_lines_allow_together() {
    let (table, chair) = (bill(&[(0, 4), (1, 1)]), bill(&[(0, 4)]));
    let set = Demand::of([(&table, 1), (&chair, 4)]).expect("small");
    let all = stocks(&[&[30, 9], &[20, 9]]);
    assert_eq!(available_in_total(set.as_bill(), &all), 2);
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let unit = bill_of(&[(&[0, 1], i64::MAX), (&[1, 2], 3)]);
    let all = stocks(&[&[i64::MAX, i64::MAX, i64::MAX], &[i64::MAX, 0, 0]]);
    assert_eq!(available_in_total(&unit, &all), 1);
}

proptest! {
    /// What is said to be available can be allocated, and one more cannot.
    #[test]
    fn available_is_exactly_what_can_be_allocated(rows in small_stock(), unit in small_bill()) {
        let all = to_stocks(&rows);
        let most = available_in_total(&unit, &all);
        let can = |units| {
            let demand = Demand::of([(&unit, units)]).expect("small");
            allocate(&demand, &all, Sorting::ByQuantity).is_ok()
        };
        prop_assert!(can(most));
        prop_assert!(!can(most + 1));
        prop_assert!(all.iter().map(|s| available_at(&unit, s)).sum::<i64>() <= most);
        prop_assert_eq!(limit_in_total(&unit, &all).units, most);
    }

    /// More stock never makes fewer units.
    #[test]
    fn more_pieces_never_make_fewer_units(rows in small_stock(), unit in small_bill(), c in 0_usize..4, more in 1_i64..9) {
        let before = available_in_total(&unit, &to_stocks(&rows));
        let mut rows = rows;
        rows[0][c] += more;
        prop_assert!(available_in_total(&unit, &to_stocks(&rows)) >= before);
    }

    /// However much there comes to be of all other components, there are no more units; with more of the limiting
    /// ones too, there are.
    #[test]
    fn only_what_limits_can_make_more_units(row in prop::collection::vec(0_i64..12, 4), unit in small_bill()) {
        let limit = limit_at(&unit, &to_stocks(std::slice::from_ref(&row))[0]);
        let raised = |which: &dyn Fn(u8) -> bool| -> StockAt {
            let mut stock = to_stocks(std::slice::from_ref(&row)).remove(0);
            (0_u8..4).filter(|&c| which(c)).for_each(|c| stock.set(component(c), 1_000));
            stock
        };
        let others = raised(&|c| !limit.by.contains(&component(c)));
        prop_assert_eq!(available_at(&unit, &others), limit.units);
        prop_assert!(available_at(&unit, &raised(&|_| true)) > limit.units);
    }
}
