//! Holding stock for orders.

mod attempt;
mod queue;
mod write;

use contracts::catalog::{Reservation, ReserveRequest, Shortage};
use kernel::OrderId;
use pg::Pg;
use time::OffsetDateTime;

use crate::hold::HoldError;
use crate::wanted::NotForSale;

use attempt::Asking;
pub use queue::ReserveQueue;

/// Why nothing was reserved. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is not enough; says of each product concerned how many there would be for it alone (STK-2).
    #[error("not enough in stock")]
    Short(Vec<Shortage>),
    /// Some of it is not in the assortment or has no price.
    #[error("{} products and {} sets are not for sale", .0.products.len(), .0.sets.len())]
    NotForSale(NotForSale),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(ReserveError);

impl From<HoldError> for ReserveError {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Short(shortages) => Self::Short(shortages),
            HoldError::Database(error) => Self::Database(error),
        }
    }
}

/// Holds stock for an order until `request.expires_at`, for all lines and sets or none (STK-3, STK-4). Sets are
/// expanded to the units they have today; optional components are not held. Three statements. A service that is asked
/// by many at once does it by a [`ReserveQueue`].
///
/// Asked again with the same order id, it answers the reservation that exists, whatever has become of it and
/// whatever the lines are now; two that ask at once get the same one.
///
/// The shelves are chosen by what is committed at the moment, without locks, and only those taken from are locked, by
/// the one statement that writes everything. When others took the stock in between, `stock_reserved_is_on_hand`
/// refuses it, nothing is written, and the choice is made once more with all shelves locked: that one holds. The
/// reservation is written before they are, as everybody takes it first: whoever asks for the same order, or settles it,
/// would else wait for these shelves while this waits for the reservation.
pub async fn reserve(
    pg: &Pg,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
) -> Result<Reservation, ReserveError> {
    attempt::alone(pg, Asking { now, order, request }).await
}
