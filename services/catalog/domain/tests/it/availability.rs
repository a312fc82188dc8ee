use catalog_domain::{
    Bill, BillError, BillLine, Demand, Wanted, allocate, available_at, available_in_total, shortages,
};
use kernel::ProductId;
use kernel::uuid::Uuid;
use proptest::prelude::*;

use crate::{bill, component, stocks};

fn product(n: u128) -> ProductId {
    ProductId::from(Uuid::from_u128(n))
}

#[test]
fn seventeen_are_available_of_ten_five_two() {
    let unit = bill(&[(0, 1)]);
    let all = stocks(&[&[10], &[5], &[2]]);
    let wanted = [Wanted {
        product: product(1),
        bill: &unit,
        quantity: 20,
    }];
    let report = shortages(wanted, &[component(0)], &all);
    assert_eq!(report.len(), 1);
    assert_eq!((report[0].requested, report[0].available), (20, 17));
}

#[test]
fn parts_of_one_unit_may_come_from_several_warehouses() {
    let unit = bill(&[(0, 1), (1, 1)]);
    let all = stocks(&[&[3, 0], &[0, 3]]);
    assert_eq!(all.iter().map(|s| available_at(&unit, s)).sum::<i64>(), 0);
    assert_eq!(available_in_total(&unit, &all), 3);
}

#[test]
fn optional_lines_do_not_limit_and_are_not_demanded() {
    let unit = Bill::new([
        BillLine {
            component: component(0),
            quantity: 2,
            required: true,
        },
        BillLine {
            component: component(1),
            quantity: 5,
            required: false,
        },
    ])
    .expect("sound");
    assert_eq!(available_in_total(&unit, &stocks(&[&[7, 0]])), 3);
    let demand = Demand::of([(&unit, 1)]).expect("small");
    assert_eq!(demand.iter().collect::<Vec<_>>(), [(component(0), 2)]);
}

#[test]
fn the_same_component_on_two_lines_of_a_bill_counts_for_both() {
    let unit = bill(&[(0, 2), (0, 3)]);
    assert_eq!(available_in_total(&unit, &stocks(&[&[9]])), 1);
}

#[test]
fn a_bill_without_required_components_makes_nothing() {
    assert_eq!(available_in_total(&Bill::default(), &stocks(&[&[9]])), 0);
}

#[test]
fn a_line_below_one_piece_is_refused() {
    let line = BillLine {
        component: component(0),
        quantity: 0,
        required: true,
    };
    assert_eq!(Bill::new([line]), Err(BillError::Quantity(component(0))));
}

#[test]
fn lines_of_one_product_are_reported_once_and_unconcerned_products_not_at_all() {
    let (short, fine) = (bill(&[(0, 1)]), bill(&[(1, 1)]));
    let all = stocks(&[&[3, 50]]);
    let line = |id, bill, quantity| Wanted {
        product: product(id),
        bill,
        quantity,
    };
    let report = shortages(
        [line(1, &short, 2), line(2, &fine, 4), line(1, &short, 3)],
        &[component(0)],
        &all,
    );
    assert_eq!(report.len(), 1);
    assert_eq!(
        (report[0].product, report[0].requested, report[0].available),
        (product(1), 5, 3)
    );
}

proptest! {
    /// What is said to be available can be allocated, and one more cannot.
    #[test]
    fn available_is_exactly_what_can_be_allocated(
        rows in prop::collection::vec(prop::collection::vec(0_i64..20, 2), 1..5),
        pieces in (1_i64..4, 1_i64..4),
    ) {
        let unit = bill(&[(0, pieces.0), (1, pieces.1)]);
        let all = stocks(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let most = available_in_total(&unit, &all);
        let of = |units| Demand::of([(&unit, units)]).expect("small");
        prop_assert!(allocate(&of(most), &all).is_ok());
        prop_assert!(allocate(&of(most + 1), &all).is_err());
        prop_assert!(all.iter().map(|s| available_at(&unit, s)).sum::<i64>() <= most);
    }
}
