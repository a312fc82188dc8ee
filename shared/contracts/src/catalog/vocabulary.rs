//! The assortment's vocabulary as employees shape it: what units and components refer to.

use garde::Validate;
use kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::checks::{property_code, small_code, swatch, title, type_code, warehouse_code};

/// An entry of the vocabulary with how it stands. The version is also the answer's `ETag`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry<C> {
    /// What it is.
    #[serde(flatten)]
    pub content: C,
    /// Counts its changes.
    #[schema(example = 3)]
    pub version: i64,
    /// When it was deleted; null while it is in use.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// All entries of a kind in their order, deleted ones last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entries<C> {
    /// The entries.
    pub items: Vec<Entry<C>>,
}

/// A property that units of a category or components of a type have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PropertyUse {
    /// Code of the property.
    #[garde(custom(property_code))]
    #[schema(example = "doors")]
    pub property: String,
    /// Whether a value must be given.
    #[garde(skip)]
    pub required: bool,
}

/// A node of the tree of categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CategoryContent {
    /// Stable code; cannot be changed.
    #[garde(custom(small_code))]
    #[schema(example = "wardrobes")]
    pub code: String,
    /// Code of the category above; null at the root.
    #[garde(inner(custom(small_code)))]
    #[schema(example = "bedroom")]
    pub parent: Option<String>,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// Place among its siblings.
    #[garde(skip)]
    #[schema(example = 2)]
    pub position: i32,
    /// Properties that units here and below have, besides those inherited from above; in the order shown.
    #[garde(length(max = 100), dive)]
    pub properties: Vec<PropertyUse>,
}

/// A colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ColorContent {
    /// Stable code; cannot be changed.
    #[garde(custom(small_code))]
    #[schema(example = "walnut")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// sRGB value for swatches, `#rrggbb` in small letters.
    #[garde(custom(swatch))]
    #[schema(example = "#7a5230")]
    pub hex: String,
    /// Place in lists.
    #[garde(skip)]
    #[schema(example = 4)]
    pub position: i32,
}

/// A material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MaterialContent {
    /// Stable code; cannot be changed.
    #[garde(custom(small_code))]
    #[schema(example = "oak")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// Place in lists.
    #[garde(skip)]
    #[schema(example = 1)]
    pub position: i32,
}

/// What a property's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// Free text.
    Text,
    /// A number, in the property's unit where it has one.
    Number,
    /// One of the property's choices, by its code.
    Choice,
    /// A colour, by its code.
    Color,
    /// A material, by its code.
    Material,
    /// Yes or no.
    Flag,
}

impl ValueKind {
    /// The kind's name, as it is written everywhere.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Choice => "choice",
            Self::Color => "color",
            Self::Material => "material",
            Self::Flag => "flag",
        }
    }
}

/// A value that a property of the kind `choice` can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChoiceContent {
    /// Stable code.
    #[garde(custom(small_code))]
    #[schema(example = "sliding")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
}

/// A property that employees define (CAT-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PropertyContent {
    /// Stable code; cannot be changed.
    #[garde(custom(property_code))]
    #[schema(example = "door_kind")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// What its values are; cannot be changed while there are any.
    #[garde(skip)]
    pub kind: ValueKind,
    /// Of numbers only, such as `mm`.
    #[garde(inner(length(chars, min = 1, max = 16)))]
    #[schema(example = json!(null))]
    pub unit: Option<String>,
    /// Whether lists can be narrowed by it.
    #[garde(skip)]
    pub filterable: bool,
    /// Place in lists.
    #[garde(skip)]
    #[schema(example = 3)]
    pub position: i32,
    /// Of the kind `choice` only: its values in their order. One that is used cannot be taken away.
    #[garde(length(max = 200), dive)]
    pub choices: Vec<ChoiceContent>,
}

/// A type of components.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ComponentTypeContent {
    /// Stable code; cannot be changed.
    #[garde(custom(type_code))]
    #[schema(example = "panel")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// Place in lists.
    #[garde(skip)]
    #[schema(example = 1)]
    pub position: i32,
    /// Properties that components of the type have, in the order shown.
    #[garde(length(max = 100), dive)]
    pub properties: Vec<PropertyUse>,
}

/// A rule of compatibility (CAT-4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RuleContent {
    /// Stable code; cannot be changed.
    #[garde(custom(small_code))]
    #[schema(example = "front-colour")]
    pub code: String,
    /// What a refusal says, in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// For units of this category and of all below it; null: for all units.
    #[garde(inner(custom(small_code)))]
    #[schema(example = "wardrobes")]
    pub category: Option<String>,
    /// For components of this type; null: for all components.
    #[garde(inner(custom(type_code)))]
    #[schema(example = "panel")]
    pub component_type: Option<String>,
    /// What must hold.
    #[garde(skip)]
    #[schema(value_type = Object, example = json!({
        "check": "equal", "unit": "color", "component": "color"
    }))]
    pub condition: Value,
}

/// A margin (CAT-5): of the units of a category and of all below it that have none of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MarginContent {
    /// Code of the category; null for all the rest. Cannot be changed.
    #[garde(inner(custom(small_code)))]
    #[schema(example = "wardrobes")]
    pub category: Option<String>,
    /// Added to the costs, in hundredths of a per cent.
    #[garde(range(min = 0, max = 1_000_000))]
    #[schema(example = 6_000)]
    pub margin_bp: i32,
    /// Prices are rounded up to a multiple of this many minor units.
    #[garde(range(min = 1, max = 100_000_000))]
    #[schema(example = 1_000)]
    pub step: i64,
}

impl MarginContent {
    /// What the margin of all the rest is called where margins are named by their categories.
    pub const DEFAULT: &'static str = "_default";

    /// What the margin is called.
    pub fn code(&self) -> &str {
        self.category.as_deref().unwrap_or(Self::DEFAULT)
    }
}

/// A place on earth (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Coordinates {
    /// Degrees north.
    #[garde(range(min = -90.0, max = 90.0))]
    #[schema(example = 55.7558)]
    pub latitude: f64,
    /// Degrees east.
    #[garde(range(min = -180.0, max = 180.0))]
    #[schema(example = 37.6173)]
    pub longitude: f64,
}

/// A warehouse (STK-1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct WarehouseContent {
    /// Stable code; cannot be changed.
    #[garde(custom(warehouse_code))]
    #[schema(example = "MSK")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// Address in both languages.
    #[garde(custom(title))]
    pub address: Text,
    /// Decides between warehouses that have the same: the lower one first (STK-2).
    #[garde(skip)]
    #[schema(example = 1)]
    pub position: i32,
    /// Room in litres; null while it was never measured.
    #[garde(inner(range(min = 0)))]
    #[schema(example = 1_200_000)]
    pub capacity_l: Option<i64>,
    /// Where it is; null while not known, and then it comes last by distance.
    #[garde(dive)]
    pub place: Option<Coordinates>,
}

/// A warehouse with its room (STK-1). The room is at most some seconds old.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WarehouseView {
    /// The warehouse.
    #[serde(flatten)]
    pub entry: Entry<WarehouseContent>,
    /// Litres that what lies there takes up.
    #[schema(example = 310_400)]
    pub used_l: i64,
    /// Litres that are free, 0 when it is overfull; null when its capacity is not known.
    #[schema(example = 889_600)]
    pub free_l: Option<i64>,
}

/// All warehouses in their order, deleted ones last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Warehouses {
    /// The warehouses.
    pub items: Vec<WarehouseView>,
}
