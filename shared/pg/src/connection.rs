use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Executor as _, PgConnection, Postgres};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

/// One connection of a pool. Goes back when dropped, without what was not committed.
///
/// Transactions are kept here and not by sqlx, whose `Transaction` (0.9) forgets a `BEGIN` whose caller gave up before it was
/// answered: what the connection's next user writes would be part of that transaction, and be lost with it.
#[derive(Debug)]
pub struct Connection {
    /// Taken out on drop only.
    pooled: Option<PoolConnection<Postgres>>,
    /// Kept until the connection is back, so that nobody opens another one for want of it.
    place: Option<OwnedSemaphorePermit>,
    /// A transaction was begun, or may have been, and not ended.
    open: bool,
}

impl Connection {
    pub(crate) fn new(connection: PoolConnection<Postgres>, place: OwnedSemaphorePermit) -> Self {
        Self {
            pooled: Some(connection),
            place: Some(place),
            open: false,
        }
    }

    /// Begins a transaction by this statement.
    pub(crate) async fn begin(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.open = true;
        self.execute(statement).await?;
        Ok(())
    }

    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.execute("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<(), sqlx::Error> {
        self.execute("ROLLBACK").await?;
        self.open = false;
        Ok(())
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.pooled.as_ref().expect("it is taken out only on drop")
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.pooled.as_mut().expect("it is taken out only on drop")
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let (Some(connection), place) = (self.pooled.take(), self.place.take()) else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) if self.open => drop(runtime.spawn(undone(connection, place))),
            Ok(runtime) => drop(runtime.spawn(returned(connection, place))),
            // Closed. The server ends what was begun.
            Err(_) => drop(connection.detach()),
        }
    }
}

async fn undone(mut connection: PoolConnection<Postgres>, place: Option<OwnedSemaphorePermit>) {
    match connection.execute("ROLLBACK").await {
        Ok(_) => returned(connection, place).await,
        Err(_) => connection.close_on_drop(),
    }
}

/// What sqlx does on drop, but here it is known when it is done.
async fn returned(mut connection: PoolConnection<Postgres>, place: Option<OwnedSemaphorePermit>) {
    connection.return_to_pool().await;
    drop(place);
}
