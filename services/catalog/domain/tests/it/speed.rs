//! Bounds that a debug build keeps by far; they catch what grows with the square of a bill.

use std::time::{Duration, Instant};

use catalog_domain::{Bill, Demand, Part, Sorting, StockAt, Wanted, allocate, fulfil, limit_in_total};
use kernel::ComponentId;
use kernel::uuid::Uuid;

use crate::{product, warehouse};

fn numbered(n: u128) -> ComponentId {
    Uuid::from_u128(n + 1).into()
}

/// Spread over the numbers, the same every time.
const fn mixed(n: u128) -> u128 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
}

/// Parts whose substitutes are the preferred pieces of others, so that all hang together.
fn tangled(parts: u128) -> Bill {
    Bill::new((0..parts).map(|n| {
        let mut substitutes: Vec<ComponentId> = (1..4).map(|k| numbered(mixed(n * 4 + k) % parts)).collect();
        substitutes.sort_unstable();
        substitutes.dedup();
        substitutes.retain(|&substitute| substitute != numbered(n));
        Part {
            component: numbered(n),
            substitutes,
            quantity: i64::try_from(1 + n % 4).expect("small"),
        }
    }))
    .expect("sound")
}

fn everywhere(components: u128) -> Vec<StockAt> {
    (0_u8..3)
        .map(|w| {
            let mut stock = StockAt::new(warehouse(w), i32::from(w));
            for n in 0..components {
                let free = mixed(n * 3 + u128::from(w)) % 400;
                stock.set(numbered(n), i64::try_from(free).expect("small"));
            }
            stock
        })
        .collect()
}

#[test]
fn a_unit_of_1800_tangled_parts() {
    let (unit, all) = (tangled(1_800), everywhere(1_800));
    let begun = Instant::now();
    let limit = limit_in_total(&unit, &all);
    let counted = begun.elapsed();
    assert!(limit.units > 0);
    let demand = Demand::of([(&unit, limit.units)]).expect("small");
    let begun = Instant::now();
    assert!(allocate(&demand, &all, Sorting::ByQuantity).is_ok());
    let allocated = begun.elapsed();
    println!("counted in {counted:?}, allocated in {allocated:?}");
    assert!(counted < Duration::from_secs(2), "{counted:?}");
    assert!(allocated < Duration::from_secs(6), "{allocated:?}");
}

#[test]
fn a_reservation_of_three_lines_without_substitutes() {
    let bills: Vec<Bill> = (0..3)
        .map(|line| Bill::new((0..15).map(|n| Part::plain(numbered(line * 10 + n), 2))).expect("sound"))
        .collect();
    let lines: Vec<Wanted<'_>> = (1..)
        .zip(&bills)
        .map(|(id, bill)| Wanted {
            product: product(id),
            bill,
            quantity: 1,
        })
        .collect();
    let all = everywhere(40);
    let begun = Instant::now();
    for _ in 0..100 {
        assert!(fulfil(&lines, &all, &[], Sorting::ByQuantity).is_ok());
    }
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(2), "{taken:?}");
}
