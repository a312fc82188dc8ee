//! Rules of catalog against examples of the requirements and against properties.

mod allocation;
mod availability;
mod explode;
mod keep;
mod margin;
mod place;
mod property;
mod rule;
mod set;
mod shortage;
mod speed;
mod substitutes;
mod tree;
mod unit_price;

use kernel::uuid::Uuid;
use kernel::{ComponentId, ProductId, WarehouseId};
use proptest::prelude::*;

use catalog_domain::{Bill, Part, StockAt, Take};

fn component(n: u8) -> ComponentId {
    ComponentId::from(Uuid::from_u128(u128::from(n) + 1))
}

fn warehouse(n: u8) -> WarehouseId {
    WarehouseId::from(Uuid::from_u128(1_000 + u128::from(n)))
}

fn product(n: u128) -> ProductId {
    ProductId::from(Uuid::from_u128(n))
}

fn take(w: u8, c: u8, quantity: i64) -> Take {
    Take {
        warehouse: warehouse(w),
        component: component(c),
        quantity,
    }
}

/// A bill of parts that nothing replaces, `(component, pieces)`.
fn bill(lines: &[(u8, i64)]) -> Bill {
    Bill::new(
        lines
            .iter()
            .map(|&(n, quantity)| Part::plain(component(n), quantity)),
    )
    .expect("a sound bill")
}

/// A bill of parts by their options, the most welcome first.
fn bill_of(parts: &[(&[u8], i64)]) -> Bill {
    Bill::new(parts.iter().map(|&(options, quantity)| part(options, quantity))).expect("a sound bill")
}

fn part(options: &[u8], quantity: i64) -> Part {
    Part {
        component: component(options[0]),
        substitutes: options[1..].iter().map(|&n| component(n)).collect(),
        quantity,
    }
}

/// One warehouse a row, one component a column.
fn stocks(rows: &[&[i64]]) -> Vec<StockAt> {
    (0_u8..)
        .zip(rows)
        .map(|(w, row)| {
            let mut stock = StockAt::new(warehouse(w), i32::from(w));
            for (c, &free) in (0_u8..).zip(row.iter()) {
                stock.set(component(c), free);
            }
            stock
        })
        .collect()
}

fn to_stocks(rows: &[Vec<i64>]) -> Vec<StockAt> {
    let rows: Vec<&[i64]> = rows.iter().map(Vec::as_slice).collect();
    stocks(&rows)
}

/// Bills small enough to try everything: up to three parts over four components, each with up to two substitutes.
fn small_bill() -> impl Strategy<Value = Bill> {
    let order = Just(vec![0_u8, 1, 2, 3]).prop_shuffle();
    let one = (order, 1_usize..4, 1_i64..3).prop_map(|(order, options, n)| part(&order[..options], n));
    prop::collection::vec(one, 1..4).prop_map(|parts| Bill::new(parts).expect("sound"))
}

/// Up to three warehouses with a few pieces of each of four components.
fn small_stock() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..4, 4), 1..4)
}

/// All ways to place every piece of the parts, as pieces by part and option, given what is free of each component.
/// Tries everything.
fn placements(parts: &[Part], free: &[i64]) -> Vec<Vec<(usize, ComponentId)>> {
    let pieces: Vec<&Part> = parts
        .iter()
        .flat_map(|part| std::iter::repeat_n(part, usize::try_from(part.quantity).expect("small")))
        .collect();
    let mut found = vec![(Vec::new(), free.to_vec())];
    for part in pieces {
        let mut longer = Vec::new();
        for (placed, left) in found {
            for (rank, option) in part.options().enumerate() {
                let at = usize::try_from(option.uuid().as_u128() - 1).expect("small");
                if left[at] > 0 {
                    let (mut placed, mut left): (Vec<_>, Vec<_>) = (placed.clone(), left.clone());
                    placed.push((rank, option));
                    left[at] -= 1;
                    longer.push((placed, left));
                }
            }
        }
        // Pieces of a part are alike: what counts is how many of each rank and what is left.
        for (placed, _) in &mut longer {
            placed.sort_unstable();
        }
        longer.sort_unstable();
        longer.dedup();
        found = longer;
    }
    found.into_iter().map(|(placed, _)| placed).collect()
}
