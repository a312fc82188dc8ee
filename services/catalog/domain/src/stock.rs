use std::collections::BTreeMap;

use kernel::{ComponentId, WarehouseId};

use crate::Place;

/// What one warehouse has free: on hand and not reserved.
#[derive(Debug, Clone, PartialEq)]
pub struct StockAt {
    /// The warehouse.
    pub warehouse: WarehouseId,
    /// Its rank among the warehouses; decides between equals.
    pub position: i32,
    /// Where it stands, when that is known.
    pub place: Option<Place>,
    free: BTreeMap<ComponentId, i64>,
}

impl StockAt {
    /// An empty warehouse, somewhere.
    pub const fn new(warehouse: WarehouseId, position: i32) -> Self {
        Self {
            warehouse,
            position,
            place: None,
            free: BTreeMap::new(),
        }
    }

    /// The same warehouse at a place.
    #[must_use]
    pub fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
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

/// Free pieces of a component over all warehouses.
pub(crate) fn in_total(component: ComponentId, stocks: &[StockAt]) -> i64 {
    stocks
        .iter()
        .fold(0_i64, |sum, stock| sum.saturating_add(stock.free(component)))
}
