//! Products as customers see them.

use kernel::{ComponentId, Dimensions, Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Document, Image};

/// A value from a list that the assortment defines (a category, a colour, a material).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Term {
    /// Stable code, used in filters.
    #[schema(example = "oak")]
    pub code: String,
    /// Name in both languages.
    pub name: Text,
}

/// A colour: a term that can be painted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Color {
    /// Stable code, used in filters.
    #[schema(example = "walnut")]
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// sRGB value for swatches, `#rrggbb`.
    #[schema(example = "#7a5230")]
    pub hex: String,
}

/// A product as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductCard {
    /// Id of the furniture unit.
    pub id: ProductId,
    /// Readable id for addresses.
    #[schema(example = "wardrobe-onega-walnut")]
    pub slug: String,
    /// Name in both languages.
    pub name: Text,
    /// Category.
    pub category: Term,
    /// Colour.
    pub color: Color,
    /// Material.
    pub material: Term,
    /// Outer dimensions.
    pub dimensions: Dimensions,
    /// Price; null when it cannot be computed yet.
    pub price: Option<Money>,
    /// How many can be put together from what is in stock (CAT-6).
    pub available: i64,
    /// First image; null when there is none.
    pub image: Option<Image>,
}

/// How many products of the whole answer carry a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetValue {
    /// Code to filter by.
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// Colours only: sRGB value, else null.
    pub hex: Option<String>,
    /// Categories only: code of the category it is part of; null at the root.
    #[serde(default)]
    pub parent: Option<String>,
    /// Products that have it, with all filters applied but its own kind's. Where `exact` says no, there may be fewer.
    pub count: i64,
}

/// What the values of a property are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// A number, perhaps with a unit.
    Number,
    /// One of a list.
    Choice,
    /// A colour of the assortment.
    Color,
    /// A material of the assortment.
    Material,
    /// Yes or no.
    Flag,
}

/// A property of the chosen category that a list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PropertyFacet {
    /// Code to filter by: `prop.<code>=<value>`, of numbers `prop.<code>.min` and `prop.<code>.max`.
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// What its values are.
    pub kind: PropertyKind,
    /// Unit of a number, such as `mm`; else null.
    pub unit: Option<String>,
    /// Values that products have, but for numbers.
    pub values: Vec<FacetValue>,
    /// Numbers only: the lowest in the category, whatever else is chosen.
    pub min: Option<f64>,
    /// Numbers only: the highest in the category, whatever else is chosen.
    pub max: Option<f64>,
    /// Whether the counts are the last word; otherwise they are upper bounds.
    pub exact: bool,
}

/// What a list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Facets {
    /// Categories: those at the root, and what is below the chosen one and each one above it; parents come first. A
    /// product counts in its category and in every one above.
    pub categories: Vec<FacetValue>,
    /// Colours.
    pub colors: Vec<FacetValue>,
    /// Materials.
    pub materials: Vec<FacetValue>,
    /// Properties of the chosen category; empty while none is chosen.
    #[serde(default)]
    pub properties: Vec<PropertyFacet>,
    /// Products that can be bought now.
    pub available: i64,
    /// Products in the whole answer.
    pub total: i64,
    /// Lowest price in minor units: where `exact` is false, of more than matches, or of what a search looked at. Null
    /// when nothing is found, or it is not known.
    pub min_price: Option<i64>,
    /// Highest price in minor units: where `exact` is false, of more than matches, or of what a search looked at. Null
    /// when nothing is found, or it is not known.
    pub max_price: Option<i64>,
    /// Whether these numbers are the last word. Otherwise so much matches that filters by price, property or words were
    /// left out of the counts, which then are upper bounds (a search for common words counts the matches it looked at).
    pub exact: bool,
}

/// One page of products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductPage {
    /// At most 30 products (CRT-1). A page may hold fewer, even none, and still have a next one: where filters leave little
    /// of much, each request looks through a bounded part of the list.
    pub items: Vec<ProductCard>,
    /// Values to narrow by.
    pub facets: Facets,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// One line of a bill of materials (CAT-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BillLine {
    /// The component.
    pub component_id: ComponentId,
    /// Article number.
    #[schema(example = "PNL-16-600-WAL")]
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Kind of component, such as `panel`.
    pub kind: String,
    /// How many go into one unit.
    pub quantity: i32,
    /// Whether a unit cannot be built without it.
    pub required: bool,
}

/// What can be put together in one warehouse alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WarehouseAvailability {
    /// Code of the warehouse.
    #[schema(example = "MSK")]
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// Units that its stock alone suffices for.
    pub available: i64,
}

/// What can be put together of a product (CAT-6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Availability {
    /// Units from all warehouses together. Can exceed the sum over warehouses: parts may come from several.
    pub total: i64,
    /// Units from each warehouse alone.
    pub warehouses: Vec<WarehouseAvailability>,
}

/// What a property of a product is set to (CAT-1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PropertyValue {
    /// Free text, as it was written.
    Text {
        /// The text.
        value: String,
    },
    /// A number, perhaps with a unit.
    Number {
        /// The number.
        value: f64,
        /// Unit, such as `mm`.
        unit: Option<String>,
    },
    /// One of a list.
    Choice {
        /// The choice.
        value: Term,
    },
    /// A colour of the assortment.
    Color {
        /// The colour.
        value: Color,
    },
    /// A material of the assortment.
    Material {
        /// The material.
        value: Term,
    },
    /// Yes or no.
    Flag {
        /// Whether it is so.
        value: bool,
    },
}

/// A property that employees have defined, with its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductProperty {
    /// Code of the property.
    #[schema(example = "door_kind")]
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// Its value.
    #[serde(flatten)]
    pub value: PropertyValue,
}

/// A product with everything its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductDetail {
    /// What lists show.
    #[serde(flatten)]
    pub card: ProductCard,
    /// Description in both languages.
    pub description: Text,
    /// Weight in grams.
    pub weight_g: i64,
    /// Properties that have a value, in their order.
    #[serde(default)]
    pub properties: Vec<ProductProperty>,
    /// All images.
    pub images: Vec<Image>,
    /// Drawings and assembly instructions.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Bill of materials.
    pub components: Vec<BillLine>,
    /// Where it is in stock.
    pub availability: Availability,
}

/// A product's price (CAT-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Price {
    /// The product.
    pub product_id: ProductId,
    /// Its price.
    pub price: Money,
}
