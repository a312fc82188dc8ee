use garde::Validate;
use kernel::{Personal, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{Address, NotDeliveredReason, OrderStatus, Recipient, Slot};

/// Signs a courier in.
#[derive(Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Login (`sAMAccountName`).
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(example = "courier.petrov")]
    pub login: String,
    /// Password.
    #[garde(custom(password_length))]
    #[schema(value_type = String, format = Password)]
    #[serde(serialize_with = "Personal::reveal")]
    pub password: Personal<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[credentials]")
    }
}

fn password_length<C>(value: &Personal<String>, _: &C) -> garde::Result {
    if (1..=256).contains(&value.expose().chars().count()) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "от 1 до 256 символов | must have 1 to 256 characters",
        ))
    }
}

/// A courier's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourierSession {
    /// Bearer token.
    pub token: String,
    /// Name to greet.
    pub name: String,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// An order as couriers see it (COU-1, COU-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourierOrder {
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Zone of the address.
    pub zone: Text,
    /// Delivery window.
    pub slot: Slot,
    /// Weight in grams.
    pub weight_g: i64,
    /// Volume in litres.
    pub volume_l: i64,
    /// Products in it.
    pub pieces: i64,
    /// Whose it is: null unless the courier has claimed the order (COU-2).
    pub recipient: Option<Recipient>,
    /// Where to: null unless the courier has claimed the order (COU-2).
    pub address: Option<Address>,
}

/// Orders for a courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourierOrders {
    /// By delivery window, at most 100.
    pub items: Vec<CourierOrder>,
}

/// Says why an order was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NotDelivered {
    /// Why.
    #[garde(skip)]
    pub reason: NotDeliveredReason,
}
