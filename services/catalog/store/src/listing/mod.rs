//! Lists, facets, search and suggestions, at a cost that does not grow with the assortment (ADR 0009).
//!
//! A job ([`relist()`]) keeps narrow rows and counts. A list knows from the counts, which are in memory ([`counts`]), how
//! much matches and how to find it ([`way`]): by following an index in the list's order ([`walk`](mod@walk)), or by reading
//! all that has the rarest of what is wanted ([`gather`](mod@gather)).

mod along;
mod axis;
mod bits;
mod browse;
mod cards;
mod counts;
mod filter;
mod gather;
mod hits;
mod invariants;
mod lexemes;
mod meet;
mod packed;
mod page;
mod position;
mod priced;
mod prices;
mod ranges;
mod rare;
mod reached;
mod reader;
mod rebuild;
mod relist;
mod search;
mod suggest;
mod tally;
mod walk;
mod way;
mod windows;
mod words;

use contracts::catalog::ProductPage;
use kernel::{BadCursor, PageSize};
use pg::Pg;
use serde::{Deserialize, Serialize};

pub use filter::PropertyFault;
pub use invariants::listing_invariants;
pub use page::WrittenPage;
pub use rebuild::rebuild_listings;
pub use relist::relist;
pub use suggest::suggestions;
pub use words::{ListingWords, listing_words};

use axis::Mark;
use filter::Wanted;
use position::Position;

/// What a list of products is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ProductFilter {
    /// Words to find in names and descriptions, Russian or English, whatever their endings.
    pub q: Option<String>,
    /// Code of a category; units of those below it match too.
    pub category: Option<String>,
    /// Code of a colour.
    pub color: Option<String>,
    /// Code of a material.
    pub material: Option<String>,
    /// Only what can be bought now.
    pub available: bool,
    /// Lowest price in minor units.
    pub min_price: Option<i64>,
    /// Highest price in minor units.
    pub max_price: Option<i64>,
    /// Properties: `code` and a value; of numbers `code.min` and `code.max`.
    pub properties: Vec<(String, String)>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Sort {
    /// Last added first.
    #[default]
    #[serde(rename = "n")]
    Newest,
    /// Cheapest first, those without a price last.
    #[serde(rename = "p")]
    Price,
    /// Dearest first, those without a price last.
    #[serde(rename = "d")]
    PriceDown,
    /// What the words fit best first; without words [`Newest`](Self::Newest).
    #[serde(rename = "r")]
    Relevance,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor was not handed out by this list in this order.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
    /// A filter by a property makes no sense.
    #[error("{name:?} is no filter by a property")]
    Property {
        /// As it was given.
        name: String,
        /// What is wrong with it.
        reason: PropertyFault,
    },
    /// The database failed.
    #[error("products cannot be listed")]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(ListError);

/// One page of products and what the whole list can be narrowed by (CRT-1). Usually one statement or two, up to six for
/// common words, and some more where what is wanted hardly ever meets; none of them reads more than some thousand rows,
/// whatever the size of the assortment, but for rows of bits: one per word, and one per step of the prices wanted, and
/// 2,000 units where words seldom meet. As fresh as the last run of [`relist()`]; the counts, and
/// where words are to be found, as fresh as `vocabulary`.
pub async fn list_products(
    pg: &Pg,
    vocabulary: &ListingWords,
    filter: &ProductFilter,
    sort: Sort,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<ProductPage, ListError> {
    let page = list_written(pg, vocabulary, filter, sort, cursor, size).await?;
    Ok(page.parsed()?)
}

/// The same, with cards in JSON.
pub async fn list_written(
    pg: &Pg,
    vocabulary: &ListingWords,
    filter: &ProductFilter,
    sort: Sort,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<WrittenPage, ListError> {
    let wanted = Wanted::resolve(vocabulary, filter)?;
    let sort = match sort {
        Sort::Relevance if filter.q.is_none() => Sort::Newest,
        sort => sort,
    };
    if let Some(words) = &filter.q {
        let mark = Mark::parse(sort, cursor)?;
        return pg
            .read("list_products", async |mut tx: pg::Tx| {
                search::search(&mut tx, vocabulary, &wanted, words, mark, size).await
            })
            .await;
    }
    let from = Position::parse(sort, cursor)?;
    pg.read("list_products", async |mut tx: pg::Tx| {
        browse::browse(&mut tx, vocabulary, &wanted, &from, size).await
    })
    .await
}
