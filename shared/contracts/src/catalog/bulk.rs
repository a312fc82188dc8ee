//! The assortment in bulk: rows of CSV and JSON Lines files. A row of either is flat and has the same fields; in CSV,
//! what is missing is an empty cell, properties are a JSON object, and lists are parted by spaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentRow {
    /// Article number: what the component is known by.
    #[schema(example = "PNL-16-600-WAL")]
    pub sku: String,
    /// Name in Russian.
    pub name_ru: String,
    /// Name in English.
    pub name_en: String,
    /// Code of the type.
    #[serde(rename = "type")]
    #[schema(example = "panel")]
    pub kind: String,
    /// Whether it is put together from lines of its own.
    #[serde(default)]
    pub assembly: bool,
    /// Code of the colour.
    pub color: Option<String>,
    /// Code of the material.
    pub material: Option<String>,
    /// Height in millimetres.
    pub height_mm: i32,
    /// Width in millimetres.
    pub width_mm: i32,
    /// Depth in millimetres.
    pub depth_mm: i32,
    /// Cost in minor units; missing while it is not known.
    pub cost_amount: Option<i64>,
    /// Currency of the cost.
    pub cost_currency: Option<String>,
    /// Values by the codes of properties.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub properties: BTreeMap<String, Value>,
}

/// A furniture unit without its bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitRow {
    /// Readable id: what the unit is known by.
    #[schema(example = "wardrobe-onega-walnut")]
    pub slug: String,
    /// Name in Russian.
    pub name_ru: String,
    /// Name in English.
    pub name_en: String,
    /// Description in Russian.
    pub description_ru: String,
    /// Description in English.
    pub description_en: String,
    /// Code of the category.
    pub category: String,
    /// Code of the colour.
    pub color: String,
    /// Code of the material.
    pub material: String,
    /// Height in millimetres.
    pub height_mm: i32,
    /// Width in millimetres.
    pub width_mm: i32,
    /// Depth in millimetres.
    pub depth_mm: i32,
    /// Weight in grams.
    pub weight_g: i64,
    /// Price set by hand, in minor units.
    pub override_amount: Option<i64>,
    /// Its currency.
    pub override_currency: Option<String>,
    /// Values by the codes of properties.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub properties: BTreeMap<String, Value>,
}

/// What a bill is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BillOwner {
    /// An assembly, by its article number.
    Assembly,
    /// A unit, by its readable id.
    Unit,
}

/// A line of a bill of materials. The lines of a bill come one after the other, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillRow {
    /// What the bill is of.
    pub owner: BillOwner,
    /// Which unit or assembly.
    #[schema(example = "wardrobe-onega-walnut")]
    pub code: String,
    /// Article number of the component.
    #[schema(example = "PNL-16-600-WAL")]
    pub component: String,
    /// Pieces in one unit.
    pub quantity: i32,
    /// Whether it cannot be built without it.
    pub required: bool,
    /// Article numbers of those that may take its place, the most welcome first.
    #[serde(default)]
    pub substitutes: Vec<String>,
}

/// What lies on a shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StockLevelRow {
    /// Article number of the component.
    #[schema(example = "PNL-16-600-WAL")]
    pub sku: String,
    /// Code of the warehouse.
    #[schema(example = "MSK")]
    pub warehouse: String,
    /// Shelf, where one is noted.
    pub shelf: Option<String>,
    /// Pieces, those held for orders included.
    pub on_hand: i64,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulkReport {
    /// Rows in the file.
    #[schema(example = 1200)]
    pub rows: i64,
    /// Things that were not there before.
    #[schema(example = 3)]
    pub created: i64,
    /// Things that were there and are different now.
    #[schema(example = 40)]
    pub changed: i64,
    /// Whether it was only tried: nothing is written then.
    pub dry_run: bool,
}

/// What is wrong with a row. Extension member `faults` of the problem `import-refused` has the first 1,000 of these,
/// `total` their number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowFault {
    /// Line of the file where the row begins, from 1.
    pub line: i64,
    /// Field or column.
    pub field: String,
    /// What is wrong with it; stable.
    pub code: String,
    /// The same for people, in both languages.
    pub message: kernel::Text,
}
