//! The catalog service: what customers read (`edge`), what services call (`internal`), what employees do (`staff`).

use garde::Validate;
use kernel::{ComponentId, Dimensions, Money, OrderId, ProductId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The most units of one product that a cart line or a reservation may ask for.
pub const MAX_QUANTITY: i64 = 1_000;
/// The most lines a cart, and so a reservation, may have.
pub const MAX_LINES: usize = 50;

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

/// A picture of a product. Its address is `/api/catalog/v1/media/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Image {
    /// Key by content: the same key always means the same bytes.
    pub key: String,
    /// Width in pixels, at least 500 (CAT-9).
    pub width: i32,
    /// Height in pixels, at least 500 (CAT-9).
    pub height: i32,
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
    /// Products that have it, with all other filters applied.
    pub count: i64,
}

/// What a list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Facets {
    /// Categories.
    pub categories: Vec<FacetValue>,
    /// Colours.
    pub colors: Vec<FacetValue>,
    /// Materials.
    pub materials: Vec<FacetValue>,
    /// Products that can be bought now.
    pub available: i64,
    /// Products in the whole answer.
    pub total: i64,
    /// Lowest price in minor units; null when nothing is found.
    pub min_price: Option<i64>,
    /// Highest price in minor units; null when nothing is found.
    pub max_price: Option<i64>,
}

/// One page of products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductPage {
    /// At most 30 products (CRT-1).
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

/// A product with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductDetail {
    /// What lists show.
    #[serde(flatten)]
    pub card: ProductCard,
    /// Description in both languages.
    pub description: Text,
    /// Weight in grams.
    pub weight_g: i64,
    /// All images.
    pub images: Vec<Image>,
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

// ---- internal ------------------------------------------------------------------------------------------------

/// Asks for what orders need to know of products. `POST /internal/v1/products`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProductsRequest {
    /// Ids; unknown ones are left out of the answer.
    #[garde(length(max = 100))]
    pub ids: Vec<ProductId>,
}

/// What orders need to know of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductSummary {
    /// Id.
    pub id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name.
    pub name: Text,
    /// Price; null when it cannot be sold.
    pub price: Option<Money>,
    /// How many can be bought now.
    pub available: i64,
    /// Outer dimensions.
    pub dimensions: Dimensions,
    /// Weight in grams.
    pub weight_g: i64,
    /// First image.
    pub image: Option<Image>,
}

/// A product and how many of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReservationLine {
    /// The product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// 1 to [`MAX_QUANTITY`].
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: i64,
}

/// Asks to hold stock for an order. `PUT /internal/v1/reservations/{order_id}`; the same order id again answers
/// what was reserved the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReserveRequest {
    /// Lines; the same product may come twice.
    #[garde(length(min = 1, max = MAX_LINES), dive)]
    pub lines: Vec<ReservationLine>,
    /// When the stock goes back by itself unless confirmed.
    #[garde(skip)]
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReservationStatus {
    /// Stock is held until `expires_at`.
    Reserved,
    /// Paid for: the stock has left the shelves' count.
    Confirmed,
    /// Given back on request.
    Released,
    /// Given back because the time was over.
    Expired,
}

/// A line as it was reserved, with the product's data of that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReservedLine {
    /// The product.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Its name then.
    pub name: Text,
    /// How many.
    pub quantity: i64,
    /// Price of one then.
    pub unit_price: Money,
    /// Outer dimensions of one.
    pub dimensions: Dimensions,
    /// Weight of one in grams.
    pub weight_g: i64,
}

/// Take this many of a component from this shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pick {
    /// Code of the warehouse.
    pub warehouse: String,
    /// Shelf in it; null when none is noted.
    pub shelf: Option<String>,
    /// The component.
    pub component_id: ComponentId,
    /// Article number.
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// How many.
    pub quantity: i64,
}

/// Stock held for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reservation {
    /// The order it is for.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: ReservationStatus,
    /// When it runs out.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// Products.
    pub lines: Vec<ReservedLine>,
    /// Which shelves the components come from, warehouse by warehouse (STK-2, WH-2).
    pub picks: Vec<Pick>,
}

/// A reservation without its content, for reconciliation. `GET /internal/v1/reservations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReservationState {
    /// The order.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: ReservationStatus,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it runs out.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// One page of reservations in the order of their order ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReservationPage {
    /// Reservations.
    pub items: Vec<ReservationState>,
    /// Pass as `after` for the next page; null on the last one.
    pub next_after: Option<OrderId>,
}

/// What is missing of a product; extension member `shortages` of the problem `insufficient-stock`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shortage {
    /// The product.
    pub product_id: ProductId,
    /// How many were asked for, over all lines.
    pub requested: i64,
    /// How many there are.
    pub available: i64,
}

// ---- staff ---------------------------------------------------------------------------------------------------

/// Stock of one component in one warehouse (STK-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StockRow {
    /// The component.
    pub component_id: ComponentId,
    /// Article number.
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Code of the warehouse.
    pub warehouse: String,
    /// Shelf; null when none is noted.
    pub shelf: Option<String>,
    /// What lies there.
    pub on_hand: i64,
    /// Of that, held for unpaid orders.
    pub reserved: i64,
}

/// One page of stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StockPage {
    /// Rows by article number, then warehouse.
    pub items: Vec<StockRow>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Corrects what lies in a warehouse (WH-1). `POST /api/staff/v1/stock/corrections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StockCorrection {
    /// The component.
    #[garde(skip)]
    pub component_id: ComponentId,
    /// Code of the warehouse.
    #[garde(length(min = 1, max = 16))]
    pub warehouse: String,
    /// Added (positive) or taken away (negative).
    #[garde(range(min = -1_000_000, max = 1_000_000))]
    pub delta: i64,
    /// Why.
    #[garde(length(chars, min = 3, max = 200))]
    pub reason: String,
}
