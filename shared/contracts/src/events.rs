//! Event payloads (`CloudEvents` `data`) and their types. None carries personal data of customers.

use kernel::{ComponentId, OrderId, ProductId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::catalog::{AssortmentKind, ChangeAction};
use crate::orders::{ActorKind, OrderStatus};

/// Prefix of the type of every event about an order's status; the status follows.
pub const ORDER_STATUS: &str = "ru.garnitur.orders.order.";
/// A reservation ran out and its stock is free again. Payload [`ReservationExpired`].
pub const RESERVATION_EXPIRED: &str = "ru.garnitur.catalog.reservation.expired.v1";
/// An employee corrected the stock. Payload [`StockCorrected`].
pub const STOCK_CORRECTED: &str = "ru.garnitur.catalog.stock.corrected.v1";
/// There is enough of a product for wishes of it. Payload [`BackInStock`].
pub const BACK_IN_STOCK: &str = "ru.garnitur.catalog.product.back-in-stock.v1";
/// An employee changed the assortment. Payload [`AssortmentChanged`].
pub const ASSORTMENT_CHANGED: &str = "ru.garnitur.catalog.assortment.changed.v1";
/// A courier signed in or was refused. Payload [`CourierSignIn`].
pub const COURIER_SIGN_IN: &str = "ru.garnitur.orders.courier.sign-in.v1";

/// Other feature toggles came into force, or are told of again. Payload [`TogglesChanged`].
pub const TOGGLES_CHANGED: &str = "ru.garnitur.backoffice.toggles.changed.v1";

/// Who gets which events of whom: (source, receiver, types). A type may end with `*`.
pub const ROUTES: &[(&str, &str, &[&str])] = &[
    (
        "orders",
        "backoffice",
        &["ru.garnitur.orders.order.*", COURIER_SIGN_IN],
    ),
    (
        "orders",
        "catalog",
        &[
            order_status_type(OrderStatus::Paid),
            order_status_type(OrderStatus::Cancelled),
        ],
    ),
    ("catalog", "orders", &[RESERVATION_EXPIRED, BACK_IN_STOCK]),
    ("catalog", "backoffice", &[STOCK_CORRECTED, ASSORTMENT_CHANGED]),
    ("backoffice", "catalog", &[TOGGLES_CHANGED]),
    ("backoffice", "orders", &[TOGGLES_CHANGED]),
];

/// The event type of an order's new status, such as `ru.garnitur.orders.order.paid.v1`. Payload
/// [`OrderStatusChanged`].
pub const fn order_status_type(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => "ru.garnitur.orders.order.created.v1",
        OrderStatus::Paid => "ru.garnitur.orders.order.paid.v1",
        OrderStatus::ReadyToShip => "ru.garnitur.orders.order.ready_to_ship.v1",
        OrderStatus::NeedsChange => "ru.garnitur.orders.order.needs_change.v1",
        OrderStatus::InDelivery => "ru.garnitur.orders.order.in_delivery.v1",
        OrderStatus::Delivered => "ru.garnitur.orders.order.delivered.v1",
        OrderStatus::NotDelivered => "ru.garnitur.orders.order.not_delivered.v1",
        OrderStatus::Cancelled => "ru.garnitur.orders.order.cancelled.v1",
    }
}

/// An order has a new status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStatusChanged {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub number: String,
    /// Status before; null for a new order.
    pub from: Option<OrderStatus>,
    /// Status now.
    pub to: OrderStatus,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What kind of actor.
    pub by: ActorKind,
    /// Login of the employee or courier.
    pub actor: Option<String>,
}

/// A reservation ran out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservationExpired {
    /// The order it was for.
    pub order_id: OrderId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// There is enough of a product for each of these wishes alone; of many wishes several events tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackInStock {
    /// The product.
    pub product_id: ProductId,
    /// How many there are.
    pub available: i64,
    /// Ids of the wishes. Nothing more is told of them until they are renewed.
    pub wishes: Vec<Uuid>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// An employee corrected the stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockCorrected {
    /// The component.
    pub component_id: ComponentId,
    /// Code of the warehouse.
    pub warehouse: String,
    /// Change of what lies there.
    pub delta: i64,
    /// Why.
    pub reason: String,
    /// Login of the employee.
    pub actor: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// An employee changed something of the assortment. Which fields, not to what: catalog's own history tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssortmentChanged {
    /// What kind of thing.
    pub kind: AssortmentKind,
    /// Its code or id.
    pub code: String,
    /// Its version now.
    pub version: i64,
    /// What was done.
    pub action: ChangeAction,
    /// The fields that are different; all of them for something new.
    pub fields: Vec<String>,
    /// Login of the employee.
    pub actor: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A courier signed in, or tried to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourierSignIn {
    /// The login given.
    pub login: String,
    /// Whether it was let in.
    pub accepted: bool,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The feature toggles in force, all of them. The one with the highest version counts, in whatever order they come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TogglesChanged {
    /// Their version.
    pub version: i64,
    /// Their definitions in flagd's format.
    pub definitions: serde_json::Value,
}
