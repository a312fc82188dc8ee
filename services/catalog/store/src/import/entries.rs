//! What an assortment consists of, as a file or a seeder gives it. Things are named by their readable keys; what the
//! vocabulary consists of is as employees write it.

use std::collections::BTreeMap;

use contracts::catalog::{
    CategoryContent, ColorContent, ComponentTypeContent, MarginContent, MaterialContent, PropertyContent,
    RuleContent, SetKindContent, WarehouseContent,
};
use kernel::{Dimensions, Money, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An assortment, or a part of one: what it does not name stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assortment {
    /// Colours.
    pub colors: Vec<ColorContent>,
    /// Materials.
    pub materials: Vec<MaterialContent>,
    /// Properties.
    pub properties: Vec<PropertyContent>,
    /// Categories, each after the one above it.
    pub categories: Vec<CategoryContent>,
    /// Types of components. One that components name and nobody describes is called by its code.
    pub component_types: Vec<ComponentTypeContent>,
    /// Margins (CAT-5).
    pub margins: Vec<MarginContent>,
    /// Rules of compatibility (CAT-4).
    pub rules: Vec<RuleContent>,
    /// Kinds of sets.
    pub set_kinds: Vec<SetKindContent>,
    /// Warehouses.
    pub warehouses: Vec<WarehouseContent>,
    /// Components.
    pub components: Vec<ComponentEntry>,
    /// Furniture units.
    pub products: Vec<ProductEntry>,
    /// What lies on the shelves at the beginning.
    pub stock: Vec<StockEntry>,
    /// Sets of units (CAT-8).
    pub sets: Vec<ProductSetEntry>,
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
    /// Cost of one piece; null while it is not known: what needs it has no price then. An assembly has none.
    pub cost: Option<Money>,
    /// Values of its kind's properties, by their codes.
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
    /// What an assembly is put together from, each component once; none for a plain component. Replace those before.
    #[serde(default)]
    pub lines: Vec<BillEntry>,
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
    /// Values of its category's properties, by their codes.
    #[serde(default)]
    pub properties: BTreeMap<String, Value>,
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
    /// Article numbers of what may take its place, the most welcome first.
    #[serde(default)]
    pub substitutes: Vec<String>,
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

/// A set of units (CAT-8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductSetEntry {
    /// Key: what it is called elsewhere.
    pub external_id: String,
    /// Code of its kind.
    pub kind: String,
    /// Name.
    pub name: Text,
    /// Description.
    pub description: Text,
    /// Code of its colour.
    pub color: String,
    /// Code of its material.
    pub material: String,
    /// Its units in their order, each once. They need not make it complete, but each must fit it.
    pub units: Vec<SetUnitEntry>,
}

/// A unit in a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUnitEntry {
    /// The unit's readable id.
    pub slug: String,
    /// How many, at least 1.
    pub quantity: i64,
}
