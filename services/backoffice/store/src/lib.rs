//! The internal-services database (INF-7): employees' sessions, the audit and the feature
//! toggles, one operation a file.
//!
//! [`Store`] holds the pool of one face's role; an operation the role has no right to fails in PostgreSQL, not here.
//! "Not found" is `Ok(None)` where it is an answer.
//!
//! The audit is one chain, so entries are appended one after the other: [`append_audit`] takes a lock that lasts until
//! its transaction ends. It is the last thing a transaction does.
//!
//! [`append_audit`]: Store::append_audit

mod append_audit;
mod close_session;
mod close_sessions_of;
mod events_to_audit;
mod known_actors;
mod list_audit;
mod list_toggles;
mod migrate;
mod open_session;
mod purge_sessions;
mod put_toggles;
mod read_toggles;
mod renew_session;
mod rows;
mod tell;
mod verify_audit;

use pg::Pg;

pub use events_to_audit::EventsToAudit;
pub use list_audit::AuditFilter;
pub use list_toggles::TogglesChange;
pub use migrate::{MigrateError, migrate};
pub use open_session::NewSession;
pub use put_toggles::PutTogglesError;
pub use read_toggles::TogglesVersion;
pub use renew_session::Session;
pub use rows::role_name;
pub use verify_audit::Verification;

/// The internal-services database as one face's role sees it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pg: Pg,
}

impl Store {
    /// A store on `pg`.
    pub const fn new(pg: Pg) -> Self {
        Self { pg }
    }

    /// The pool, for health checks and events.
    pub const fn pg(&self) -> &Pg {
        &self.pg
    }
}
