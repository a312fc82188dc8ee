use std::time::Duration;

use deadpool::managed::PoolError;
use ldap3::{LdapError, LdapResult};

use crate::connector::is_overloaded;

/// The directory gave no answer that can be used. The text is for the log: it names no one who signs in.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unavailable(#[from] Cause);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("no connection to the directory: {0}")]
    Connect(#[source] LdapError),
    #[error("the connection to the directory broke: {0}")]
    Broken(#[source] LdapError),
    #[error("the directory did not {what} within {within:?}")]
    Timeout { what: &'static str, within: Duration },
    #[error("all connections to the directory are in use")]
    Exhausted,
    #[error("no domain controller answers: {0}")]
    NoController(String),
    #[error("the directory refuses the service account: {0}")]
    ServiceAccount(LdapResult),
    #[error("the directory cannot {what}: {result}")]
    Refused { what: &'static str, result: LdapResult },
}

impl Unavailable {
    /// Whether the connection is to blame rather than the directory: worth another try on a new one.
    pub(crate) const fn is_broken(&self) -> bool {
        matches!(self.0, Cause::Broken(_))
    }
}

impl Unavailable {
    /// Whether another domain controller may do better.
    pub(crate) fn is_controllers(&self) -> bool {
        match &self.0 {
            Cause::Broken(_) | Cause::Timeout { .. } => true,
            Cause::Refused { result, .. } => is_overloaded(result),
            _ => false,
        }
    }
}

impl From<PoolError<Self>> for Unavailable {
    fn from(error: PoolError<Self>) -> Self {
        match error {
            PoolError::Backend(error) => error,
            // The pool has no hooks, is never closed, and only waiting has a limit.
            _ => Self(Cause::Exhausted),
        }
    }
}
