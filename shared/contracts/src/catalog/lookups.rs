//! What orders ask about products.

use garde::Validate;
use kernel::{Dimensions, Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Image;

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
