//! Furniture units as employees make them (CAT-1, CAT-4, CAT-5, CAT-7).

use std::collections::BTreeMap;

use garde::Validate;
use kernel::{ComponentId, Dimensions, Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::components::{is_amount, is_name, is_size};
use super::{BillItem, GivenDocument, MAX_BILL_LINES};

/// What employees write of a furniture unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "slug": "table-ilmen-oak", "name": { "ru": "Стол «Ильмень»", "en": "Ilmen table" },
    "description": { "ru": "Обеденный стол из дуба", "en": "A dining table of oak" },
    "category": "tables", "color": "oak", "material": "oak",
    "dimensions": { "height_mm": 750, "width_mm": 1_400, "depth_mm": 800 }, "weight_g": 32_000,
    "properties": { "seats": 6 }, "price_by_hand": null,
    "bill": [{ "component_id": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 4, "required": true,
               "substitutes": [] }]
}))]
pub struct UnitContent {
    /// Readable id for addresses: small letters, digits and dashes.
    #[garde(custom(is_slug))]
    pub slug: String,
    /// Name in both languages.
    #[garde(custom(is_name))]
    pub name: Text,
    /// Description in both languages; may be empty.
    #[garde(custom(is_description))]
    pub description: Text,
    /// Code of its category.
    #[garde(length(min = 1, max = 40))]
    pub category: String,
    /// Code of its colour.
    #[garde(length(min = 1, max = 40))]
    pub color: String,
    /// Code of its material.
    #[garde(length(min = 1, max = 40))]
    pub material: String,
    /// Outer dimensions.
    #[garde(custom(is_size))]
    pub dimensions: Dimensions,
    /// Weight in grams.
    #[garde(range(min = 1, max = 10_000_000))]
    pub weight_g: i64,
    /// Values of the category's properties, inherited ones too, by their codes.
    #[garde(length(max = 100))]
    #[serde(default)]
    #[schema(value_type = Object)]
    pub properties: BTreeMap<String, Value>,
    /// A price that goes before the computed one; null for none.
    #[garde(inner(custom(is_amount)))]
    pub price_by_hand: Option<Money>,
    /// What one is built from (CAT-3).
    #[garde(length(max = MAX_BILL_LINES), dive)]
    pub bill: Vec<BillItem>,
}

/// A furniture unit with how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unit {
    /// Id.
    pub id: ProductId,
    /// What it is.
    #[serde(flatten)]
    pub content: UnitContent,
    /// Keys of its pictures, in their order.
    #[serde(default)]
    pub images: Vec<String>,
    /// Its drawings and instructions, in their order.
    #[serde(default)]
    pub documents: Vec<GivenDocument>,
    /// Counts its changes; the answer's `ETag`.
    #[schema(example = 3)]
    pub version: i64,
    /// When it was deleted; null while it is on sale.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// What one part of a unit costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartCost {
    /// The plain component.
    pub component_id: ComponentId,
    /// Article number.
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Pieces in one unit, over all levels.
    pub quantity: i64,
    /// What one piece costs; null when it is not known.
    pub cost: Option<Money>,
}

/// Why a unit has no computed price (CAT-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoPrice {
    /// Nothing in its bill is required.
    NoParts,
    /// Parts have no cost; those with a null `cost`.
    NoCost,
    /// No margin is set.
    NoMargin,
    /// Costs are in different currencies.
    MixedCurrencies,
    /// The sum is too large.
    TooLarge,
}

/// How a price came to be (CAT-5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pricing {
    /// What it is sold at: the price by hand, else the computed one; null when there is neither.
    pub price: Option<Money>,
    /// The price by hand.
    pub by_hand: Option<Money>,
    /// Costs with margin, rounded up; null when it cannot be computed.
    pub computed: Option<Money>,
    /// Why it cannot.
    pub problem: Option<NoPrice>,
    /// Sum of the parts' costs; null when it is not known.
    pub cost: Option<Money>,
    /// Margin of the category in hundredths of a per cent of the cost; null when none is set.
    pub margin_bp: Option<i32>,
    /// Minor units that the price is rounded up to a multiple of.
    pub step: Option<i64>,
    /// The parts.
    pub parts: Vec<PartCost>,
}

/// A component that a rule keeps out of a unit (CAT-4). Extension member `refusals` of the problem `incompatible` has
/// a list of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Incompatibility {
    /// Code of the rule.
    pub rule: String,
    /// What the rule says.
    pub says: Text,
    /// The component.
    pub component_id: ComponentId,
    /// Its article number.
    pub sku: String,
    /// The component's property that the rule looks at.
    pub property: String,
    /// The component's value; null when it is not known.
    #[schema(value_type = Object)]
    pub value: Value,
    /// What would fit: `{"equal": …}` with the unit's value, `{"one_of": […]}`, `{"min": …, "max": …}`, or
    /// `{"missing": "unit" | "component"}` with the property whose value has to be known.
    #[schema(value_type = Object)]
    pub expected: Value,
}

/// A furniture unit as its editor shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitView {
    /// The unit.
    #[serde(flatten)]
    pub unit: Unit,
    /// How its price comes to be.
    pub pricing: Pricing,
    /// Units that can be put together now.
    pub available: i64,
}

/// What saving a unit would say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnitCheck {
    /// Rules that speak against it; it cannot be saved while there are any.
    pub refusals: Vec<Incompatibility>,
    /// How its price would come to be.
    pub pricing: Pricing,
    /// Units that could be put together now.
    pub available: i64,
}

/// A furniture unit as employees' lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitCard {
    /// Id.
    pub id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name in both languages.
    pub name: Text,
    /// Code of its category.
    pub category: String,
    /// What it is sold at; null when there is no price.
    pub price: Option<Money>,
    /// Counts its changes.
    pub version: i64,
    /// When it was deleted; null while it is on sale.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// One page of units by their readable ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitPage {
    /// At most 30 units.
    pub items: Vec<UnitCard>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

fn is_slug<X>(text: &str, _: &X) -> garde::Result {
    let of_alphabet = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=80).contains(&text.len()) && text.bytes().all(of_alphabet) && !text.starts_with('-') {
        Ok(())
    } else {
        Err(garde::Error::new(
            "от 1 до 80 строчных латинских букв, цифр и дефисов | 1 to 80 small letters, digits and dashes",
        ))
    }
}

fn is_description<X>(text: &Text, _: &X) -> garde::Result {
    if text.ru.chars().count() <= 10_000 && text.en.chars().count() <= 10_000 {
        Ok(())
    } else {
        Err(garde::Error::new(
            "не больше 10000 символов на каждом языке | at most 10000 characters in each language",
        ))
    }
}
