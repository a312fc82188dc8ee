use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Transaction};

/// The connection that a closure of [`Pg::run`](crate::Pg::run) works with; used as `&mut *tx` or passed on as
/// `&mut PgConnection`. Dropping it gives it back to the runner, which commits or rolls back.
///
/// It is owned, not borrowed, because a closure that is lent a `&mut PgConnection` makes a future of which the
/// compiler cannot see that it may move between threads (rust-lang/rust#110338).
#[derive(Debug)]
pub struct Tx {
    lent: Option<Lent>,
    home: Arc<Mutex<Option<Lent>>>,
}

/// What is behind a [`Tx`].
#[derive(Debug)]
pub(crate) enum Lent {
    Transaction(Transaction<'static, Postgres>),
    Bare(PoolConnection<Postgres>),
}

/// Where a [`Tx`] comes back to.
pub(crate) struct Home(Arc<Mutex<Option<Lent>>>);

impl Tx {
    pub(crate) fn lend(lent: Lent) -> (Self, Home) {
        let home = Arc::new(Mutex::new(None));
        let tx = Self {
            lent: Some(lent),
            home: Arc::clone(&home),
        };
        (tx, Home(home))
    }
}

impl Home {
    /// The transaction, when it came back.
    pub(crate) fn transaction(self) -> Option<Transaction<'static, Postgres>> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take()? {
            Lent::Transaction(transaction) => Some(transaction),
            Lent::Bare(_) => None,
        }
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self
            .lent
            .as_ref()
            .expect("a connection is taken out only on drop")
        {
            Lent::Transaction(transaction) => transaction,
            Lent::Bare(connection) => connection,
        }
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self
            .lent
            .as_mut()
            .expect("a connection is taken out only on drop")
        {
            Lent::Transaction(transaction) => transaction,
            Lent::Bare(connection) => connection,
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = self.lent.take();
    }
}
