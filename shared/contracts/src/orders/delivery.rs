use garde::Validate;
use kernel::{CartId, Money, SlotId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Where to deliver. Personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Six-digit postal code; decides the zone.
    #[garde(length(chars, equal = 6), custom(only_digits))]
    #[schema(example = "101000")]
    pub postcode: String,
    /// City or village.
    #[garde(length(chars, min = 1, max = 100), custom(no_control))]
    #[schema(example = "Москва")]
    pub city: String,
    /// Street and house.
    #[garde(length(chars, min = 1, max = 200), custom(no_control))]
    #[schema(example = "Мясницкая ул., 1")]
    pub street: String,
    /// Flat or office, null when there is none.
    #[serde(default)]
    #[garde(inner(length(chars, max = 50), custom(no_control)))]
    pub flat: Option<String>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

/// Who receives the delivery. Personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Full name.
    #[garde(length(chars, min = 2, max = 100), custom(no_control))]
    #[schema(example = "Анна Смирнова")]
    pub name: String,
    /// Phone in international form, `+` and 10 to 15 digits.
    #[garde(custom(phone_number))]
    #[schema(example = "+79991234567")]
    pub phone: String,
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

fn only_digits<C>(value: &str, _: &C) -> garde::Result {
    if value.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new("только цифры | digits only"))
    }
}

fn no_control<C>(value: &str, _: &C) -> garde::Result {
    if value.chars().any(char::is_control) || value.trim().is_empty() {
        Err(garde::Error::new("должно быть текстом | must be readable text"))
    } else {
        Ok(())
    }
}

fn phone_number<C>(value: &str, _: &C) -> garde::Result {
    let digits = value.strip_prefix('+').unwrap_or_default();
    if (10..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "номер телефона — это + и от 10 до 15 цифр | a phone number is + and 10 to 15 digits",
        ))
    }
}

/// Asks what delivery of a cart costs and when it can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// The cart.
    #[garde(skip)]
    pub cart_id: CartId,
    /// Where to.
    #[garde(dive)]
    pub address: Address,
}

/// A delivery window with room left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// Start.
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: OffsetDateTime,
    /// End.
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: OffsetDateTime,
    /// Orders that still fit; null once the window is part of an order.
    pub free: Option<i32>,
}

/// What delivery costs and when it can be (CHK-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quote {
    /// Zone of the address.
    pub zone: Text,
    /// Price of delivery.
    pub price: Money,
    /// Volume of the goods in litres.
    pub volume_l: i64,
    /// Weight of the goods in grams.
    pub weight_g: i64,
    /// Windows with room for them.
    pub slots: Vec<Slot>,
}
