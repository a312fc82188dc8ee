use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an order stands (ORD-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, waiting for payment.
    Created,
    /// Paid.
    Paid,
    /// Packed, waiting for a courier.
    ReadyToShip,
    /// Packed, but the customer has changed it since.
    NeedsChange,
    /// With a courier.
    InDelivery,
    /// Handed over.
    Delivered,
    /// The courier could not hand it over.
    NotDelivered,
    /// Cancelled.
    Cancelled,
}

/// What kind of actor changed an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// The customer.
    Customer,
    /// A warehouse employee.
    Employee,
    /// A courier.
    Courier,
    /// The payment provider.
    Payment,
    /// The system itself (deadlines, reconciliation).
    System,
}
