//! The orders database: what customers, couriers, employees and jobs do to it, one operation a file.
//!
//! [`Store`] holds the pool of one face's role; an operation the role has no right to fails in PostgreSQL, not
//! here. "Not found" is `Ok(None)` where it is an answer and an error where
//! the operation cannot go on. A status is written by [`Store::change_status`] and by placing an order, nowhere else.
//!
//! Statements, counted with `BEGIN` and `COMMIT` (tests/it/statements.rs holds us to it): put a line 1, begin an
//! attempt 1, place 6, start a payment 2, settle a payment 6, change a status 5.

mod attempt;
mod cart;
mod change_status;
mod courier;
mod expire;
mod housekeeping;
mod invariants;
mod migrate;
mod payment;
mod place;
mod read;
mod reservation_expired;
mod settle;
mod slots;
mod staff;
mod start_payment;
mod states;
mod toggles;
mod turnover;
mod zones;

use std::sync::Arc;

use events::{Subscriptions, Wake};
use kernel::SharedClock;
use pg::Pg;

pub use attempt::{Attempt, BeginAttempt};
pub use cart::{CartLine, PutLineError};
pub use change_status::{Change, ChangeError, Changed, OrderRef};
pub use courier::{CourierOrder, CourierSession};
pub use invariants::Violation;
pub use migrate::{MigrateError, migrate};
pub use payment::{PendingPayment, RefundDue};
pub use place::{NewLine, NewOrder, PlaceError, Recipient};
pub use read::{Order, OrderLine, Step};
pub use settle::{Settled, Settlement};
pub use slots::Slot;
pub use staff::OrderRow;
pub use start_payment::{PaymentRow, PaymentState, StartPayment, StartPaymentError};
pub use states::{OrderState, first_id_at};
pub use turnover::LastHour;

/// The orders database as one face's role sees it. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pg: Pg,
    clock: SharedClock,
    subscriptions: Arc<Subscriptions>,
    wake: Wake,
}

impl Store {
    /// A store on `pg`. Events go to the subscribers in `subscriptions`; `wake` tells the dispatcher of this
    /// process, if it has one, that there are new ones.
    pub fn new(pg: Pg, clock: SharedClock, subscriptions: Subscriptions, wake: Wake) -> Self {
        Self {
            pg,
            clock,
            subscriptions: Arc::new(subscriptions),
            wake,
        }
    }

    /// The pool, for health checks and events.
    pub const fn pg(&self) -> &Pg {
        &self.pg
    }
}
