//! What goes with a product.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ProductCard;

/// Why a product is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationSource {
    /// Paid orders have both together, more often than by chance.
    Orders,
    /// It is of the same category, in stock, and near in colour, material and price.
    Similar,
}

/// A recommended product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recommendation {
    /// Why it is recommended.
    pub source: RecommendationSource,
    /// The product.
    pub product: ProductCard,
}

/// What goes with a product (CRT-1). `GET /api/catalog/v1/products/{product}/recommendations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recommendations {
    /// At most three; those that orders say first.
    pub items: Vec<Recommendation>,
}
