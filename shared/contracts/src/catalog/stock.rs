//! What lies in the warehouses.

use garde::Validate;
use kernel::{ComponentId, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Stock of one component in one warehouse (STK-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StockRow {
    /// The component.
    pub component_id: ComponentId,
    /// Article number.
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Code of the warehouse.
    pub warehouse: String,
    /// Shelf; null when none is noted.
    pub shelf: Option<String>,
    /// What lies there.
    pub on_hand: i64,
    /// Of that, held for unpaid orders.
    pub reserved: i64,
}

/// One page of stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StockPage {
    /// Rows by article number, then warehouse.
    pub items: Vec<StockRow>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Corrects what lies in a warehouse (WH-1). `POST /api/staff/v1/stock/corrections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StockCorrection {
    /// The component.
    #[garde(skip)]
    pub component_id: ComponentId,
    /// Code of the warehouse.
    #[garde(length(min = 1, max = 16))]
    pub warehouse: String,
    /// Added (positive) or taken away (negative).
    #[garde(range(min = -1_000_000, max = 1_000_000))]
    pub delta: i64,
    /// Why.
    #[garde(length(chars, min = 3, max = 200))]
    pub reason: String,
}
