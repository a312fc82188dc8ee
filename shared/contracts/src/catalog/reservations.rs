//! Stock held for orders.

use garde::Validate;
use kernel::{ComponentId, Dimensions, Money, OrderId, ProductId, SetId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The most units of one product that a cart line or a reservation may ask for.
pub const MAX_QUANTITY: i64 = 1_000;
/// The most lines a cart, and so a reservation, may have.
pub const MAX_LINES: usize = 50;

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

/// A set and how many of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReservationSet {
    /// The set.
    #[garde(skip)]
    pub set_id: SetId,
    /// 1 to [`MAX_QUANTITY`].
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: i64,
}

/// A point on the earth, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GeoPoint {
    /// Degrees north.
    #[garde(range(min = -90.0, max = 90.0))]
    pub latitude: f64,
    /// Degrees east.
    #[garde(range(min = -180.0, max = 180.0))]
    pub longitude: f64,
}

/// Asks to hold stock for an order. `PUT /internal/v1/reservations/{order_id}`; the same order id again answers
/// what was reserved the first time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReserveRequest {
    /// Lines; the same product may come twice. At least one of lines or sets.
    #[garde(length(max = MAX_LINES), custom(not_nothing(&self.sets)), dive)]
    pub lines: Vec<ReservationLine>,
    /// Sets, which are held as the units they have today.
    #[garde(length(max = MAX_LINES), dive)]
    #[serde(default)]
    pub sets: Vec<ReservationSet>,
    /// Where the goods go: the nearest warehouses go before others (STK-2). Without it, those that have most of the
    /// goods do.
    #[garde(dive)]
    #[serde(default)]
    pub near: Option<GeoPoint>,
    /// When the stock goes back by itself unless confirmed.
    #[garde(skip)]
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

fn not_nothing(sets: &[ReservationSet]) -> impl FnOnce(&Vec<ReservationLine>, &()) -> garde::Result {
    let nothing = sets.is_empty();
    move |lines, ()| {
        if nothing && lines.is_empty() {
            return Err(garde::Error::new(
                "нужна хотя бы одна строка | at least one line is needed",
            ));
        }
        Ok(())
    }
}

/// Asks to give a reservation other lines, because its order was edited (ORD-4).
/// `POST /internal/v1/reservations/{order_id}/replace`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReplaceRequest {
    /// All lines that the order has now. At least one of lines or sets.
    #[garde(length(max = MAX_LINES), custom(not_nothing(&self.sets)), dive)]
    pub lines: Vec<ReservationLine>,
    /// All sets that it has now.
    #[garde(length(max = MAX_LINES), dive)]
    #[serde(default)]
    pub sets: Vec<ReservationSet>,
    /// Where the goods go; for pieces that are taken anew.
    #[garde(dive)]
    #[serde(default)]
    pub near: Option<GeoPoint>,
    /// Number of the edit, counted by the order: each is carried out once, and none after a later one.
    #[garde(range(min = 1))]
    pub revision: i64,
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
    /// The set it was ordered as a unit of; null when it was ordered by itself.
    #[serde(default)]
    pub set_id: Option<SetId>,
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
