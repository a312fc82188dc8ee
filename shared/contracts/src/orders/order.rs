use garde::Validate;
use kernel::{CartId, Money, ProductId, SlotId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{ActorKind, Address, OrderStatus, Recipient, Slot};

/// Places an order. `Idempotency-Key` is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// The cart.
    #[garde(skip)]
    pub cart_id: CartId,
    /// Who receives it.
    #[garde(dive)]
    pub recipient: Recipient,
    /// Where to.
    #[garde(dive)]
    pub address: Address,
    /// The window chosen from a quote.
    #[garde(skip)]
    pub slot_id: SlotId,
}

/// A line of an order with the price at which it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderLine {
    /// The product.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name when ordered.
    pub name: Text,
    /// How many.
    pub quantity: i64,
    /// Price of one when ordered.
    pub unit_price: Money,
    /// Price of the line.
    pub total: Money,
}

/// An order just placed: everything the customer has entered and what it costs (CHK-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderPlaced {
    /// Number for the customer.
    #[schema(example = "7K2M-9QXA-4TBD")]
    pub number: String,
    /// Always `created`.
    pub status: OrderStatus,
    /// When it was placed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Unpaid then, it is cancelled (STK-3).
    #[serde(with = "time::serde::rfc3339")]
    pub pay_before: OffsetDateTime,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// To pay.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
    /// Who receives it.
    pub recipient: Recipient,
    /// Where to.
    pub address: Address,
}

/// One step in an order's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusStep {
    /// The status taken.
    pub status: OrderStatus,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What kind of actor did it; not who.
    pub by: ActorKind,
}

/// What anyone who has the number may see: no personal data (ORD-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tracking {
    /// The number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// All steps, oldest first.
    pub history: Vec<StatusStep>,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// To pay or paid.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
    /// Until when it can be paid; null once it cannot or need not be.
    #[serde(with = "time::serde::rfc3339::option")]
    pub pay_before: Option<OffsetDateTime>,
    /// Only for `not_delivered`: why, and whom to call.
    pub not_delivered: Option<NotDeliveredInfo>,
}

/// Why an order was not delivered and whom to call about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotDeliveredInfo {
    /// The courier's reason.
    pub reason: NotDeliveredReason,
    /// The operator's phone.
    pub operator_phone: String,
}

/// Why a courier could not hand an order over. A fixed list: free text could carry personal data into tracking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotDeliveredReason {
    /// Nobody opened.
    NobodyHome,
    /// The address does not exist or cannot be reached.
    WrongAddress,
    /// The customer did not take it.
    Refused,
    /// Damaged on the way.
    Damaged,
    /// The courier did not get there in time.
    TooLate,
}
