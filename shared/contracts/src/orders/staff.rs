use kernel::{Money, OrderId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{ActorKind, OrderLine, OrderStatus, Slot};
use crate::catalog::Pick;

/// An order in the employees' list (WH-2). No personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOrderRow {
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was placed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Products in it.
    pub pieces: i64,
    /// What it costs.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
}

/// One page of orders, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOrderPage {
    /// Orders.
    pub items: Vec<StaffOrderRow>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// One step with its author, for employees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffStatusStep {
    /// The status taken.
    pub status: OrderStatus,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What kind of actor did it.
    pub by: ActorKind,
    /// Login of the employee or courier; null for others.
    pub actor: Option<String>,
}

/// An order with what a warehouse employee needs to pack it. No personal data of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOrder {
    /// Id inside the system.
    pub id: OrderId,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was placed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// What it costs.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
    /// Weight in grams.
    pub weight_g: i64,
    /// Volume in litres.
    pub volume_l: i64,
    /// All steps, oldest first.
    pub history: Vec<StaffStatusStep>,
    /// Which shelves the components come from; null when catalog cannot be asked now.
    pub picks: Option<Vec<Pick>>,
}
