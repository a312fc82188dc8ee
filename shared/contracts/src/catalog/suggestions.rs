//! What a search box offers while somebody types.

use kernel::{Money, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Image;

/// Something that may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Suggestion {
    /// A category.
    Category {
        /// Code to filter by.
        code: String,
        /// Name in both languages.
        name: Text,
    },
    /// A product.
    Product {
        /// Readable id for addresses.
        slug: String,
        /// Name in both languages.
        name: Text,
        /// Name of its category in both languages.
        category: Text,
        /// Price; null when it cannot be computed yet.
        price: Option<Money>,
        /// First image; null when there is none.
        image: Option<Image>,
    },
}

/// At most ten things that may be meant, categories first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suggestions {
    /// What may be meant.
    pub items: Vec<Suggestion>,
}
