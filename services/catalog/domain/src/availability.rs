use std::collections::BTreeMap;

use kernel::{ComponentId, ProductId, WarehouseId};

use crate::Bill;

/// What one warehouse has free: on hand and not reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockAt {
    /// The warehouse.
    pub warehouse: WarehouseId,
    /// Its place among the warehouses; decides between equals.
    pub position: i32,
    free: BTreeMap<ComponentId, i64>,
}

impl StockAt {
    /// An empty warehouse.
    pub const fn new(warehouse: WarehouseId, position: i32) -> Self {
        Self {
            warehouse,
            position,
            free: BTreeMap::new(),
        }
    }

    /// Sets how many pieces of a component are free; a negative number counts as none.
    pub fn set(&mut self, component: ComponentId, free: i64) {
        self.free.insert(component, free.max(0));
    }

    /// Pieces of a component that are free.
    pub fn free(&self, component: ComponentId) -> i64 {
        self.free.get(&component).copied().unwrap_or(0)
    }
}

/// Units that can be put together from what `free` says of each component (CAT-6). A bill without required
/// components makes none: there is nothing to sell.
fn units(bill: &Bill, free: impl Fn(ComponentId) -> i64) -> i64 {
    bill.required()
        .map(|(component, per_unit)| free(component) / per_unit)
        .min()
        .unwrap_or(0)
}

/// Units that one warehouse alone suffices for.
pub fn available_at(bill: &Bill, stock: &StockAt) -> i64 {
    units(bill, |component| stock.free(component))
}

/// Units that all warehouses together suffice for. Can exceed the sum of [`available_at`]: the parts of one unit
/// may come from several warehouses.
pub fn available_in_total(bill: &Bill, stocks: &[StockAt]) -> i64 {
    units(bill, |component| in_total(component, stocks))
}

/// Free pieces of a component over all warehouses.
pub(crate) fn in_total(component: ComponentId, stocks: &[StockAt]) -> i64 {
    stocks
        .iter()
        .fold(0_i64, |sum, stock| sum.saturating_add(stock.free(component)))
}

/// A product somebody wants, and how many over all lines of the order.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The product.
    pub product: ProductId,
    /// Its bill of materials.
    pub bill: &'a Bill,
    /// Units.
    pub quantity: i64,
}

/// What is missing of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The product.
    pub product: ProductId,
    /// Units asked for.
    pub requested: i64,
    /// Units there would be for this product alone (STK-2: "17 available").
    pub available: i64,
}

/// The products of an order that cannot be had, because a component of theirs is among `missing`. Where two
/// products share the component, both are named, each with what there would be for it alone.
pub fn shortages<'a>(
    wanted: impl IntoIterator<Item = Wanted<'a>>,
    missing: &[ComponentId],
    stocks: &[StockAt],
) -> Vec<Shortage> {
    let mut of_product: BTreeMap<ProductId, Shortage> = BTreeMap::new();
    for line in wanted {
        let concerned =
            line.bill.required().len() == 0 || missing.iter().any(|&component| line.bill.requires(component));
        if concerned {
            let entry = of_product.entry(line.product).or_insert(Shortage {
                product: line.product,
                requested: 0,
                available: available_in_total(line.bill, stocks),
            });
            entry.requested = entry.requested.saturating_add(line.quantity);
        }
    }
    of_product.into_values().collect()
}
