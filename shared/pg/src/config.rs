use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// The address of a database. It holds a password, so `Debug` shows it without one, and without
/// its parameters.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password, as the driver wants it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for DatabaseUrl {
    fn from(url: T) -> Self {
        Self(url.into())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Url::parse(&self.0) {
            Ok(mut url) => {
                if url.password().is_some() {
                    // Fails only for addresses that cannot carry a password, and this one does.
                    let _ = url.set_password(Some("***"));
                }
                // The driver takes a password among the parameters as well.
                url.set_query(None);
                f.write_str(url.as_str())
            }
            Err(_) => f.write_str("[not a URL]"),
        }
    }
}

/// How one role reaches its database.
#[derive(Debug, Clone, confique::Config)]
pub struct PgConfig {
    /// Address with role and password: `postgres://catalog_edge:secret@127.0.0.1:5432/catalog`.
    pub url: DatabaseUrl,

    /// The most connections this process opens for the role.
    #[config(default = 16)]
    pub max_connections: u32,

    /// How long a request waits for a free connection, in milliseconds, before it is answered with 503.
    #[config(default = 3000)]
    pub acquire_timeout_ms: u64,

    /// After how many milliseconds the server gives up a statement.
    #[config(default = 5000)]
    pub statement_timeout_ms: u64,

    /// After how many milliseconds the server gives up waiting for a lock. Less than the statement timeout,
    /// so that the log tells the one from the other.
    #[config(default = 2000)]
    pub lock_timeout_ms: u64,

    /// Whether statements are planned once, whatever their parameters, for data that is in memory and for one core: for
    /// many short reads, whose planning would cost more than they do. Plans outlive the state they were made for, so what has an
    /// index is found by it, also while a table is small.
    #[config(default = false)]
    pub plan_once: bool,

    /// The name shown in `pg_stat_activity` and in the pool's metrics.
    #[config(default = "garnitur")]
    pub application_name: String,
}

impl PgConfig {
    /// The defaults of every setting for the database at `url`.
    pub fn new(url: impl Into<DatabaseUrl>) -> Self {
        Self {
            url: url.into(),
            max_connections: 16,
            acquire_timeout_ms: 3_000,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 2_000,
            plan_once: false,
            application_name: "garnitur".to_owned(),
        }
    }
}
