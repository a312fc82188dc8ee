//! Components as employees make them (CAT-2, CAT-3).

use std::collections::BTreeMap;

use garde::Validate;
use kernel::{ComponentId, Dimensions, Money, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The most lines a bill of materials may have.
pub const MAX_BILL_LINES: usize = 5_000;

/// A line of a bill of materials as employees write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BillItem {
    /// The component, plain or an assembly.
    #[garde(skip)]
    pub component_id: ComponentId,
    /// Pieces of it in one.
    #[garde(range(min = 1, max = 100_000))]
    #[schema(example = 4)]
    pub quantity: i32,
    /// Whether it cannot be built without.
    #[garde(skip)]
    pub required: bool,
    /// Components that take its place piece by piece, the most welcome first. Plain ones only.
    #[garde(length(max = 20))]
    #[serde(default)]
    pub substitutes: Vec<ComponentId>,
}

/// What employees write of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "sku": "LEG-OAK-720", "name": { "ru": "Ножка дубовая 720", "en": "Oak leg 720" }, "kind": "leg",
    "color": "oak", "material": "oak",
    "dimensions": { "height_mm": 720, "width_mm": 60, "depth_mm": 60 },
    "cost": { "amount": 90_000, "currency": "RUB" }, "properties": { "load_kg": 80 }, "lines": []
}))]
pub struct ComponentContent {
    /// Article number: capitals, digits and dashes.
    #[garde(custom(is_sku))]
    pub sku: String,
    /// Name in both languages.
    #[garde(custom(is_name))]
    pub name: Text,
    /// Code of its type.
    #[garde(length(min = 1, max = 40))]
    pub kind: String,
    /// Code of its colour; null when it has none.
    #[garde(inner(length(min = 1, max = 40)))]
    pub color: Option<String>,
    /// Code of its material; null when it has none.
    #[garde(inner(length(min = 1, max = 40)))]
    pub material: Option<String>,
    /// Outer dimensions.
    #[garde(custom(is_size))]
    pub dimensions: Dimensions,
    /// What one costs; null while it is not known, and for assemblies, which cost what their parts do.
    #[garde(inner(custom(is_amount)))]
    pub cost: Option<Money>,
    /// Values of the type's properties by their codes.
    #[garde(length(max = 100))]
    #[serde(default)]
    #[schema(value_type = Object)]
    pub properties: BTreeMap<String, Value>,
    /// What it is put together from when it is needed; empty for a plain component (ADR 0007).
    #[garde(length(max = MAX_BILL_LINES), dive)]
    #[serde(default)]
    pub lines: Vec<BillItem>,
}

/// A component with how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// Id.
    pub id: ComponentId,
    /// What it is.
    #[serde(flatten)]
    pub content: ComponentContent,
    /// Counts its changes; the answer's `ETag`.
    #[schema(example = 3)]
    pub version: i64,
    /// When it was deleted; null while it is in use.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// A component as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComponentCard {
    /// Id.
    pub id: ComponentId,
    /// Article number.
    #[schema(example = "LEG-OAK-720")]
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Code of its type.
    #[schema(example = "leg")]
    pub kind: String,
    /// Code of its colour.
    pub color: Option<String>,
    /// Code of its material.
    pub material: Option<String>,
    /// What one costs; null while it is not known.
    pub cost: Option<Money>,
    /// Whether it is put together from others.
    pub assembly: bool,
    /// Pieces of it that are free in all warehouses together; 0 for assemblies.
    pub free: i64,
    /// Counts its changes.
    pub version: i64,
    /// When it was deleted; null while it is in use.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// One page of components by article number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComponentPage {
    /// At most 30 components.
    pub items: Vec<ComponentCard>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

fn refuse(fits: bool, message: &'static str) -> garde::Result {
    if fits {
        Ok(())
    } else {
        Err(garde::Error::new(message))
    }
}

fn is_sku<X>(text: &str, _: &X) -> garde::Result {
    let of_alphabet = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    refuse(
        (1..=40).contains(&text.len()) && text.bytes().all(of_alphabet),
        "от 1 до 40 заглавных латинских букв, цифр и дефисов | 1 to 40 capital letters, digits and dashes",
    )
}

/// Both languages, neither empty nor endless.
pub(super) fn is_name<X>(text: &Text, _: &X) -> garde::Result {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= 200;
    refuse(
        fits(&text.ru) && fits(&text.en),
        "от 1 до 200 символов на каждом языке | 1 to 200 characters in each language",
    )
}

pub(super) fn is_size<X>(size: &Dimensions, _: &X) -> garde::Result {
    let fits = |mm: i32| (1..=100_000).contains(&mm);
    refuse(
        fits(size.height_mm) && fits(size.width_mm) && fits(size.depth_mm),
        "от 1 до 100000 мм | 1 to 100000 mm",
    )
}

pub(super) fn is_amount<X>(money: &Money, _: &X) -> garde::Result {
    refuse(
        (0..=1_000_000_000_000).contains(&money.amount),
        "от 0 до 1000000000000 | 0 to 1000000000000",
    )
}
