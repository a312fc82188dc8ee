//! Wishes: somebody waits until there is enough of a product (STK-6). Whose they are, catalog does not know.

use garde::Validate;
use kernel::ProductId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::MAX_QUANTITY;

/// Asks to be told when there is enough of a product. `PUT /internal/v1/wishes/{wish_id}`; the same id again renews
/// the wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "product_id": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 2 }))]
pub struct WishRequest {
    /// The product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// How many are wanted, 1 to [`MAX_QUANTITY`].
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: i64,
}

/// A wish as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wish {
    /// Its id.
    pub id: Uuid,
    /// The product.
    pub product_id: ProductId,
    /// How many are wanted.
    pub quantity: i64,
    /// How many there are.
    pub available: i64,
    /// Whether that is enough. Then nothing is told of the wish later, unless it is renewed.
    pub satisfied: bool,
}
