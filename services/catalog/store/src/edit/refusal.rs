use contracts::catalog::{Incompatibility, UsedBy};
use kernel::ComponentId;
use serde::Serialize;

/// A component by its id and article number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Id.
    pub id: ComponentId,
    /// Article number.
    pub sku: String,
}

/// A rule of the assortment that an edit breaks (CAT-3, CAT-4, ADR 0007).
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// An assembly would contain itself: each of these contains the next one and the last the first.
    Cycle(Vec<Named>),
    /// An assembly would lie on shelves.
    InStock {
        /// Pieces that do.
        pieces: i64,
    },
    /// A line of an assembly would have substitutes.
    Replaced(Named),
    /// An assembly would be a substitute.
    Replacing(Named),
    /// What is to be an assembly is a substitute, or has some, elsewhere.
    InSubstitution {
        /// The first of the bills that say so.
        users: Vec<UsedBy>,
        /// How many there are.
        total: i64,
    },
    /// The pieces of a component are more than can be counted.
    TooMuch(Named),
    /// Components do not go into the unit.
    Incompatible(Vec<Incompatibility>),
}
