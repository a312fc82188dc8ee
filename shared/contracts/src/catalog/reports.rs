//! Feedback to production (CAT-11): what was wished for and not in stock, what does not sell.

use kernel::{ComponentId, Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A component that is short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShortComponent {
    /// The component.
    pub component_id: ComponentId,
    /// Article number.
    #[schema(example = "PNL-16-600-WAL")]
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Pieces that are missing, after all that is free of it and of what may replace it.
    pub missing: i64,
}

/// A unit that is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissingProduct {
    /// The unit.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name in both languages.
    pub name: Text,
    /// Wishes that are open.
    pub wishes: i64,
    /// Units that they want together.
    pub wanted: i64,
    /// Units that can be put together now.
    pub available: i64,
    /// What all those units are short of. Each component is counted as if no other unit needed it.
    pub short: Vec<ShortComponent>,
}

/// One page of what was wished for and is not in stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissingPage {
    /// Units in the order of their ids.
    pub items: Vec<MissingProduct>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// A unit that does not sell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnsoldProduct {
    /// The unit.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name in both languages.
    pub name: Text,
    /// Since when it is in the assortment.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last paid for; null when never.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_sold_at: Option<OffsetDateTime>,
    /// Units that can be put together now.
    pub available: i64,
    /// What the components of those units cost; null where the cost of one is not known.
    pub stock_value: Option<Money>,
}

/// One page of what does not sell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnsoldPage {
    /// Units, the oldest first. Can be short, even empty, while there are more pages.
    pub items: Vec<UnsoldProduct>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}
