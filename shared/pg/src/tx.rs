use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::PgConnection;

use crate::Connection;

/// The connection that a closure of [`Pg::run`](crate::Pg::run) works with; used as `&mut *tx` or passed on as
/// `&mut PgConnection`. Dropping it gives it back to the runner, which commits or rolls back.
///
/// It has no transactions within the transaction (`begin` of sqlx): its own would be ended with them.
///
/// It is owned, not borrowed, because a closure that is lent a `&mut PgConnection` makes a future of which the
/// compiler cannot see that it may move between threads (rust-lang/rust#110338).
#[derive(Debug)]
pub struct Tx {
    lent: Option<Connection>,
    home: Arc<Mutex<Option<Connection>>>,
}

/// Where a [`Tx`] comes back to.
pub(crate) struct Home(Arc<Mutex<Option<Connection>>>);

impl Tx {
    pub(crate) fn lend(lent: Connection) -> (Self, Home) {
        let home = Arc::new(Mutex::new(None));
        let tx = Self {
            lent: Some(lent),
            home: Arc::clone(&home),
        };
        (tx, Home(home))
    }
}

impl Home {
    /// The connection, when it came back.
    pub(crate) fn connection(self) -> Option<Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.lent
            .as_ref()
            .expect("a connection is taken out only on drop")
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.lent
            .as_mut()
            .expect("a connection is taken out only on drop")
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = self.lent.take();
    }
}
