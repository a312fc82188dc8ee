//! Rules of catalog against examples of the requirements and against properties.

mod allocation;
mod availability;
mod price;

use kernel::uuid::Uuid;
use kernel::{ComponentId, WarehouseId};

use catalog_domain::{Bill, BillLine, StockAt};

fn component(n: u8) -> ComponentId {
    ComponentId::from(Uuid::from_u128(u128::from(n) + 1))
}

fn warehouse(n: u8) -> WarehouseId {
    WarehouseId::from(Uuid::from_u128(1_000 + u128::from(n)))
}

/// A bill of required lines, `(component, pieces)`.
fn bill(lines: &[(u8, i64)]) -> Bill {
    Bill::new(lines.iter().map(|&(n, quantity)| BillLine {
        component: component(n),
        quantity,
        required: true,
    }))
    .expect("a sound bill")
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
