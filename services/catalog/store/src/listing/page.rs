use contracts::catalog::{Facets, ProductPage};
use serde::Serialize;

use super::cards::{Cards, parsed};

/// A page whose cards are in JSON already. For who passes it on: its JSON is that of a [`ProductPage`].
#[derive(Debug, Serialize)]
pub struct WrittenPage {
    /// The cards.
    pub(super) items: Cards,
    /// Values to narrow by.
    pub facets: Facets,
    /// Cursor of the next page; null on the last one.
    pub(super) next_cursor: Option<String>,
}

impl WrittenPage {
    /// The page for who looks into its cards.
    pub(super) fn parsed(self) -> Result<ProductPage, sqlx::Error> {
        Ok(ProductPage {
            items: parsed(&self.items)?,
            facets: self.facets,
            next_cursor: self.next_cursor,
        })
    }
}
