//! What an assortment consists of, as a file or a seeder gives it. Things are named by their readable keys.

use kernel::{Dimensions, Money, Text};
use serde::{Deserialize, Serialize};

/// An assortment, or a part of one: what it does not name stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assortment {
    /// Categories, in the order in which they are shown.
    pub categories: Vec<CategoryEntry>,
    /// Colours, in the order in which they are shown.
    pub colors: Vec<ColorEntry>,
    /// Materials, in the order in which they are shown.
    pub materials: Vec<MaterialEntry>,
    /// Warehouses, in the order in which they are preferred among equals (STK-2).
    pub warehouses: Vec<WarehouseEntry>,
    /// Components.
    pub components: Vec<ComponentEntry>,
    /// Furniture units.
    pub products: Vec<ProductEntry>,
    /// What lies on the shelves at the beginning.
    pub stock: Vec<StockEntry>,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryEntry {
    /// Key: small letters, digits and hyphens.
    pub code: String,
    /// Name.
    pub name: Text,
}

/// A colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColorEntry {
    /// Key: small letters, digits and hyphens.
    pub code: String,
    /// Name.
    pub name: Text,
    /// sRGB value, `#rrggbb` in small letters.
    pub hex: String,
}

/// A material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialEntry {
    /// Key: small letters, digits and hyphens.
    pub code: String,
    /// Name.
    pub name: Text,
}

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarehouseEntry {
    /// Key: up to 16 capital letters, digits and hyphens.
    pub code: String,
    /// Name.
    pub name: Text,
    /// Address.
    pub address: Text,
}

/// A component (CAT-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentEntry {
    /// Key, the article number: up to 40 capital letters, digits and hyphens.
    pub sku: String,
    /// Name.
    pub name: Text,
    /// Kind, such as `panel`.
    pub kind: String,
    /// Code of its colour, where it has one.
    pub color: Option<String>,
    /// Code of its material, where it has one.
    pub material: Option<String>,
    /// Dimensions.
    pub dimensions: Dimensions,
    /// Cost of one piece; null while it is not known: what needs it has no price then.
    pub cost: Option<Money>,
}

/// A furniture unit (CAT-1). Its price comes from its components' cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductEntry {
    /// Key: small letters, digits and hyphens, up to 80.
    pub slug: String,
    /// Name.
    pub name: Text,
    /// Description.
    pub description: Text,
    /// Code of its category.
    pub category: String,
    /// Code of its colour.
    pub color: String,
    /// Code of its material.
    pub material: String,
    /// Outer dimensions.
    pub dimensions: Dimensions,
    /// Weight in grams.
    pub weight_g: i64,
    /// Bill of materials, each component once; replaces the one before.
    pub bill: Vec<BillEntry>,
    /// Keys of its pictures, which are registered already; the first is shown in lists. Replace those before.
    pub images: Vec<String>,
}

/// A line of a bill of materials (CAT-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillEntry {
    /// Article number of the component.
    pub sku: String,
    /// Pieces in one unit, at least 1.
    pub quantity: i32,
    /// Whether a unit cannot be built without it.
    pub required: bool,
}

/// What lies on a shelf at the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockEntry {
    /// Article number of the component.
    pub sku: String,
    /// Code of the warehouse.
    pub warehouse: String,
    /// Shelf, where one is noted.
    pub shelf: Option<String>,
    /// Pieces.
    pub on_hand: i64,
}
