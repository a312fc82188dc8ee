use catalog_domain::{Bill, Part, Sorting, Wanted, fulfil, shortages};

use crate::{bill, bill_of, component, product, stocks, take};

fn wanted(id: u128, bill: &Bill, quantity: i64) -> Wanted<'_> {
    Wanted {
        product: product(id),
        bill,
        quantity,
    }
}

#[test]
fn seventeen_are_available_of_ten_five_two() {
    let unit = bill(&[(0, 1)]);
    let all = stocks(&[&[10], &[5], &[2]]);
    let report = fulfil(&[wanted(1, &unit, 20)], &all, &[], Sorting::ByQuantity).expect_err("short");
    assert_eq!(report.len(), 1);
    assert_eq!((report[0].requested, report[0].available), (20, 17));
}

#[test]
fn lines_of_one_product_are_reported_once_and_unconcerned_products_not_at_all() {
    let (short, fine) = (bill(&[(0, 1)]), bill(&[(1, 1)]));
    let all = stocks(&[&[3, 50]]);
    let report = shortages(
        [wanted(1, &short, 2), wanted(2, &fine, 4), wanted(1, &short, 3)],
        &[component(0)],
        &all,
    );
    assert_eq!(report.len(), 1);
    assert_eq!(
        (report[0].product, report[0].requested, report[0].available),
        (product(1), 5, 3)
    );
}

#[test]
fn who_can_switch_to_something_else_is_not_short() {
    // The first two compete for 0; the third likes it too, but 2 does.
    let (one, two, three) = (
        bill(&[(0, 1)]),
        bill_of(&[(&[0, 1], 1)]),
        bill_of(&[(&[0, 2], 1)]),
    );
    let all = stocks(&[&[3, 1, 9]]);
    let lines = [wanted(1, &one, 3), wanted(2, &two, 3), wanted(3, &three, 5)];
    let report = fulfil(&lines, &all, &[], Sorting::ByQuantity).expect_err("short");
    let named: Vec<_> = report.iter().map(|s| (s.product, s.available)).collect();
    assert_eq!(named, [(product(1), 3), (product(2), 4)]);
}

#[test]
fn a_product_built_of_nothing_is_short_and_keeps_the_others_from_being_taken() {
    let (nothing, fine) = (Bill::default(), bill(&[(0, 1)]));
    let lines = [wanted(1, &nothing, 1), wanted(2, &fine, 1)];
    let report = fulfil(&lines, &stocks(&[&[9]]), &[], Sorting::ByQuantity).expect_err("short");
    assert_eq!(report.len(), 1);
    assert_eq!((report[0].product, report[0].available), (product(1), 0));
}

#[test]
fn more_than_64_bits_of_pieces_are_short_even_with_substitutes() {
    let huge = Bill::new([Part {
        substitutes: vec![component(1)],
        ..Part::plain(component(0), i64::MAX)
    }])
    .expect("sound");
    let report = fulfil(
        &[wanted(1, &huge, 2)],
        &stocks(&[&[9, 9]]),
        &[],
        Sorting::ByQuantity,
    );
    assert_eq!(report.expect_err("short").len(), 1);
}

#[test]
fn what_is_held_counts_as_available_to_the_order_that_holds_it() {
    let unit = bill(&[(0, 1)]);
    let all = stocks(&[&[2], &[1]]);
    let held = [take(1, 0, 3)];
    let more = |units| fulfil(&[wanted(1, &unit, units)], &all, &held, Sorting::ByQuantity);
    assert_eq!(
        more(6).expect("enough").iter().map(|t| t.quantity).sum::<i64>(),
        6
    );
    assert_eq!(more(7).expect_err("short")[0].available, 6);
}
