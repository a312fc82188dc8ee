use garde::Validate;
use kernel::{CartId, Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::{Image, MAX_QUANTITY};

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
