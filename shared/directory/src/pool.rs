//! Connections on which the service account is bound.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use kernel::Personal;

use crate::Unavailable;
use crate::connection::{Connection, Question};
use crate::connector::Connector;
use crate::unavailable::Cause;

#[derive(Debug)]
pub(crate) struct ServiceAccount {
    pub connector: Arc<Connector>,
    pub name: String,
    pub password: Personal<String>,
    /// After how long without use a connection is tried first.
    pub probe_after: Duration,
}

impl Manager for ServiceAccount {
    type Type = Connection;
    type Error = Unavailable;

    async fn create(&self) -> Result<Connection, Unavailable> {
        let (connection, result) = self.connector.bind(&self.name, self.password.expose()).await?;
        if result.rc == 0 {
            Ok(connection)
        } else {
            Err(Cause::ServiceAccount(result).into())
        }
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<Unavailable> {
        if connection.is_closed() {
            return Err(RecycleError::message("closed by the directory"));
        }
        if self.connector.has_better_than(connection) {
            return Err(RecycleError::message("a better domain controller may be back"));
        }
        if metrics.last_used() > self.probe_after {
            connection.ask(&Question::ROOT).await?;
        }
        Ok(())
    }
}
