use contracts::catalog::{BillRow, ComponentRow, StockLevelRow, UnitRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RFC 4180 with a line of names, UTF-8, parted by commas. Cells that a spreadsheet might take for formulas begin
    /// with an apostrophe.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

impl Format {
    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/x-ndjson",
        }
    }

    /// How its files' names end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

/// What is moved in bulk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Components, assemblies among them.
    Components,
    /// Furniture units without their bills.
    Units,
    /// Bills of materials, of assemblies and units.
    Bills,
    /// What lies on the shelves.
    Stock,
}

/// A row with its columns in the order of files.
pub(super) trait Columns: Serialize {
    /// Names of the columns: the fields' names.
    const COLUMNS: &'static [&'static str];
}

impl Columns for ComponentRow {
    const COLUMNS: &'static [&'static str] = &[
        "sku",
        "name_ru",
        "name_en",
        "type",
        "assembly",
        "color",
        "material",
        "height_mm",
        "width_mm",
        "depth_mm",
        "cost_amount",
        "cost_currency",
        "properties",
    ];
}

impl Columns for UnitRow {
    const COLUMNS: &'static [&'static str] = &[
        "slug",
        "name_ru",
        "name_en",
        "description_ru",
        "description_en",
        "category",
        "color",
        "material",
        "height_mm",
        "width_mm",
        "depth_mm",
        "weight_g",
        "override_amount",
        "override_currency",
        "properties",
    ];
}

impl Columns for BillRow {
    const COLUMNS: &'static [&'static str] = &[
        "owner",
        "code",
        "component",
        "quantity",
        "required",
        "substitutes",
    ];
}

impl Columns for StockLevelRow {
    const COLUMNS: &'static [&'static str] = &["sku", "warehouse", "shelf", "on_hand"];
}
