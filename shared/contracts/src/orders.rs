//! The orders service: carts, delivery, orders, payment, tracking, couriers, and the employees' view.

use garde::Validate;
use kernel::{CartId, Money, OrderId, PaymentId, Personal, ProductId, SlotId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::catalog::{Image, MAX_QUANTITY, Pick};

/// Where an order stands (ORD-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, waiting for payment.
    Created,
    /// Paid.
    Paid,
    /// Packed, waiting for a courier.
    ReadyToShip,
    /// Packed, but the customer has changed it since.
    NeedsChange,
    /// With a courier.
    InDelivery,
    /// Handed over.
    Delivered,
    /// The courier could not hand it over.
    NotDelivered,
    /// Cancelled.
    Cancelled,
}

/// What kind of actor changed an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// The customer.
    Customer,
    /// A warehouse employee.
    Employee,
    /// A courier.
    Courier,
    /// The payment provider.
    Payment,
    /// The system itself (deadlines, reconciliation).
    System,
}

// ---- carts ---------------------------------------------------------------------------------------------------

/// A new, empty cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CartCreated {
    /// Who knows the id may change the cart.
    pub id: CartId,
}

/// Sets how many of a product are in a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    /// 1 to [`MAX_QUANTITY`].
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    #[schema(example = 2)]
    pub quantity: i64,
}

/// A line of a cart with the product's present name and price (CRT-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CartLine {
    /// The product.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name.
    pub name: Text,
    /// First image.
    pub image: Option<Image>,
    /// How many the customer wants.
    pub quantity: i64,
    /// How many there are now; less than `quantity` means the line must be changed (STK-3).
    pub available: i64,
    /// Price of one; null when the product cannot be sold any more.
    pub unit_price: Option<Money>,
    /// Price of the line; null when the product cannot be sold any more.
    pub total: Option<Money>,
}

/// A cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cart {
    /// Its id.
    pub id: CartId,
    /// Lines in the order they were put in.
    pub lines: Vec<CartLine>,
    /// Sum of the lines that can be sold.
    pub total: Money,
    /// Whether every line can be bought as it is and there is at least one.
    pub can_order: bool,
}

// ---- delivery ------------------------------------------------------------------------------------------------

/// Where to deliver. Personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Six-digit postal code; decides the zone.
    #[garde(length(chars, equal = 6), custom(only_digits))]
    #[schema(example = "101000")]
    pub postcode: String,
    /// City or village.
    #[garde(length(chars, min = 1, max = 100), custom(no_control))]
    #[schema(example = "Москва")]
    pub city: String,
    /// Street and house.
    #[garde(length(chars, min = 1, max = 200), custom(no_control))]
    #[schema(example = "Мясницкая ул., 1")]
    pub street: String,
    /// Flat or office, null when there is none.
    #[serde(default)]
    #[garde(inner(length(chars, max = 50), custom(no_control)))]
    pub flat: Option<String>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

/// Who receives the delivery. Personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Full name.
    #[garde(length(chars, min = 2, max = 100), custom(no_control))]
    #[schema(example = "Анна Смирнова")]
    pub name: String,
    /// Phone in international form, `+` and 10 to 15 digits.
    #[garde(custom(phone_number))]
    #[schema(example = "+79991234567")]
    pub phone: String,
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

fn only_digits<C>(value: &str, _: &C) -> garde::Result {
    if value.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new("digits only"))
    }
}

fn no_control<C>(value: &str, _: &C) -> garde::Result {
    if value.chars().any(char::is_control) || value.trim().is_empty() {
        Err(garde::Error::new("must be readable text"))
    } else {
        Ok(())
    }
}

fn phone_number<C>(value: &str, _: &C) -> garde::Result {
    let digits = value.strip_prefix('+').unwrap_or_default();
    if (10..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(garde::Error::new("a phone number is + and 10 to 15 digits"))
    }
}

/// Asks what delivery of a cart costs and when it can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// The cart.
    #[garde(skip)]
    pub cart_id: CartId,
    /// Where to.
    #[garde(dive)]
    pub address: Address,
}

/// A delivery window with room left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// Start.
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: OffsetDateTime,
    /// End.
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: OffsetDateTime,
    /// Orders that still fit; null once the window is part of an order.
    pub free: Option<i32>,
}

/// What delivery costs and when it can be (CHK-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quote {
    /// Zone of the address.
    pub zone: Text,
    /// Price of delivery.
    pub price: Money,
    /// Volume of the goods in litres.
    pub volume_l: i64,
    /// Weight of the goods in grams.
    pub weight_g: i64,
    /// Windows with room for them.
    pub slots: Vec<Slot>,
}

// ---- orders --------------------------------------------------------------------------------------------------

/// Places an order. `Idempotency-Key` is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// The cart.
    #[garde(skip)]
    pub cart_id: CartId,
    /// Who receives it.
    #[garde(dive)]
    pub recipient: Recipient,
    /// Where to.
    #[garde(dive)]
    pub address: Address,
    /// The window chosen from a quote.
    #[garde(skip)]
    pub slot_id: SlotId,
}

/// A line of an order with the price at which it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderLine {
    /// The product.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name when ordered.
    pub name: Text,
    /// How many.
    pub quantity: i64,
    /// Price of one when ordered.
    pub unit_price: Money,
    /// Price of the line.
    pub total: Money,
}

/// An order just placed: everything the customer has entered and what it costs (CHK-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderPlaced {
    /// Number for the customer.
    #[schema(example = "7K2M-9QXA-4TBD")]
    pub number: String,
    /// Always `created`.
    pub status: OrderStatus,
    /// When it was placed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Unpaid then, it is cancelled (STK-3).
    #[serde(with = "time::serde::rfc3339")]
    pub pay_before: OffsetDateTime,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// To pay.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
    /// Who receives it.
    pub recipient: Recipient,
    /// Where to.
    pub address: Address,
}

/// One step in an order's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusStep {
    /// The status taken.
    pub status: OrderStatus,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What kind of actor did it; not who.
    pub by: ActorKind,
}

/// What anyone who has the number may see: no personal data (ORD-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tracking {
    /// The number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// All steps, oldest first.
    pub history: Vec<StatusStep>,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// To pay or paid.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
    /// Until when it can be paid; null once it cannot or need not be.
    #[serde(with = "time::serde::rfc3339::option")]
    pub pay_before: Option<OffsetDateTime>,
    /// Only for `not_delivered`: why, and whom to call.
    pub not_delivered: Option<NotDeliveredInfo>,
}

/// Why an order was not delivered and whom to call about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NotDeliveredInfo {
    /// The courier's reason.
    pub reason: NotDeliveredReason,
    /// The operator's phone.
    pub operator_phone: String,
}

/// Why a courier could not hand an order over. A fixed list: free text could carry personal data into tracking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotDeliveredReason {
    /// Nobody opened.
    NobodyHome,
    /// The address does not exist or cannot be reached.
    WrongAddress,
    /// The customer did not take it.
    Refused,
    /// Damaged on the way.
    Damaged,
    /// The courier did not get there in time.
    TooLate,
}

// ---- payment -------------------------------------------------------------------------------------------------

/// Starts a payment. `Idempotency-Key` is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StartPayment {
    /// Where the provider sends the customer afterwards: a path of this site.
    #[garde(length(max = 200), custom(local_path))]
    #[schema(example = "/orders/7K2M-9QXA-4TBD")]
    pub return_path: String,
}

fn local_path<C>(value: &str, _: &C) -> garde::Result {
    let safe = value.starts_with('/')
        && !value.starts_with("//")
        && value.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if safe {
        Ok(())
    } else {
        Err(garde::Error::new("must be a path of this site"))
    }
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Waiting for the customer.
    Pending,
    /// Paid.
    Succeeded,
    /// Refused or given up.
    Canceled,
    /// Paid and given back.
    Refunded,
}

/// A payment and where the customer enters the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentStarted {
    /// Our id of it.
    pub id: PaymentId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What is to be paid.
    pub amount: Money,
    /// The provider's page; the customer's browser goes there.
    pub confirmation_url: String,
}

// ---- couriers ------------------------------------------------------------------------------------------------

/// Signs a courier in.
#[derive(Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Login (`sAMAccountName`).
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(example = "courier.petrov")]
    pub login: String,
    /// Password.
    #[garde(custom(password_length))]
    #[schema(value_type = String, format = Password)]
    #[serde(serialize_with = "Personal::reveal")]
    pub password: Personal<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[credentials]")
    }
}

fn password_length<C>(value: &Personal<String>, _: &C) -> garde::Result {
    if (1..=256).contains(&value.expose().chars().count()) {
        Ok(())
    } else {
        Err(garde::Error::new("must have 1 to 256 characters"))
    }
}

/// A courier's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourierSession {
    /// Bearer token.
    pub token: String,
    /// Name to greet.
    pub name: String,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// An order as couriers see it (COU-1, COU-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourierOrder {
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// Zone of the address.
    pub zone: Text,
    /// Delivery window.
    pub slot: Slot,
    /// Weight in grams.
    pub weight_g: i64,
    /// Volume in litres.
    pub volume_l: i64,
    /// Products in it.
    pub pieces: i64,
    /// Whose it is: null unless the courier has claimed the order (COU-2).
    pub recipient: Option<Recipient>,
    /// Where to: null unless the courier has claimed the order (COU-2).
    pub address: Option<Address>,
}

/// Orders for a courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CourierOrders {
    /// By delivery window, at most 100.
    pub items: Vec<CourierOrder>,
}

/// Says why an order was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NotDelivered {
    /// Why.
    #[garde(skip)]
    pub reason: NotDeliveredReason,
}

// ---- staff ---------------------------------------------------------------------------------------------------

/// An order in the employees' list (WH-2). No personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOrderRow {
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was placed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Products in it.
    pub pieces: i64,
    /// What it costs.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
}

/// One page of orders, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOrderPage {
    /// Orders.
    pub items: Vec<StaffOrderRow>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// One step with its author, for employees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffStatusStep {
    /// The status taken.
    pub status: OrderStatus,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What kind of actor did it.
    pub by: ActorKind,
    /// Login of the employee or courier; null for others.
    pub actor: Option<String>,
}

/// An order with what a warehouse employee needs to pack it. No personal data of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffOrder {
    /// Id inside the system.
    pub id: OrderId,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was placed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// What it costs.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
    /// Weight in grams.
    pub weight_g: i64,
    /// Volume in litres.
    pub volume_l: i64,
    /// All steps, oldest first.
    pub history: Vec<StaffStatusStep>,
    /// Which shelves the components come from; null when catalog cannot be asked now.
    pub picks: Option<Vec<Pick>>,
}
