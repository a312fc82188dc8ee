//! What lies in the warehouses.

use garde::Validate;
use kernel::{ComponentId, ReceiptId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
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

/// Goods that a supplier delivered (STK-1). `POST /api/staff/v1/stock/receipts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StockReceipt {
    /// Code of the warehouse.
    #[garde(length(min = 1, max = 16))]
    pub warehouse: String,
    /// Number of the delivery note.
    #[garde(length(chars, min = 1, max = 60))]
    pub document: String,
    /// What came; the same component may come in several lines.
    #[garde(length(min = 1, max = 500), dive)]
    pub lines: Vec<StockReceiptLine>,
}

/// A component and how many of it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StockReceiptLine {
    /// The component.
    #[garde(skip)]
    pub component_id: ComponentId,
    /// Pieces.
    #[garde(range(min = 1, max = 1_000_000))]
    pub quantity: i64,
}

/// A receipt that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// Its id.
    pub id: ReceiptId,
    /// Number of the delivery note.
    pub document: String,
    /// Code of the warehouse.
    pub warehouse: String,
    /// When it was entered.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// Notes where a component lies. `PUT /api/staff/v1/stock/{component_id}/{warehouse}/shelf`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ShelfPlace {
    /// Shelf; null when none is to be noted.
    #[garde(length(chars, min = 1, max = 40))]
    pub shelf: Option<String>,
}

/// Asks to compute balances anew from the journal. `POST /internal/v1/stock/rebuild`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Rebuild {
    /// Whether balances that differ are to be set to what the journal says.
    #[garde(skip)]
    pub repair: bool,
}

/// A balance that differs from the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RebuiltBalance {
    /// The component.
    pub component_id: ComponentId,
    /// Article number.
    pub sku: String,
    /// Code of the warehouse.
    pub warehouse: String,
    /// What was noted to lie there.
    pub on_hand: i64,
    /// What was noted to be held.
    pub reserved: i64,
    /// What lies there by the journal.
    pub journal_on_hand: i64,
    /// What is held by the journal.
    pub journal_reserved: i64,
    /// Whether it was set to that.
    pub repaired: bool,
}
