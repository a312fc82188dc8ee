use std::borrow::Cow;

/// Deadlock found by the server; it has rolled this transaction back to let the other go on.
pub(crate) const DEADLOCK: &str = "40P01";
/// The transaction cannot be ordered among those that ran beside it.
pub(crate) const SERIALIZATION_FAILURE: &str = "40001";

/// The five-character SQLSTATE of an error the server reported (PostgreSQL manual, appendix A); `None` for
/// errors that arose on this side.
pub fn sql_state(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
}

/// The name of the constraint that refused the change, so that a store can say what it means.
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::constraint)
}

/// Whether the connection is gone, so that whatever ran on it and was not committed has been undone.
pub fn is_connection_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(_) => {
            sql_state(error).is_some_and(|state| {
                // 57P05 is left out: idle_session_timeout is not ours to set.
                state.starts_with("08") || matches!(&*state, "57P01" | "57P02" | "57P03")
            })
        }
        _ => false,
    }
}

/// Whether the database cannot serve at present though the request is sound: connection refused or lost, no
/// free connection in time, the server shutting down, starting or out of connections, a statement or lock
/// timeout, or conflicts that outlasted every retry. To be answered with 503.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    is_connection_lost(error)
        || matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
        || sql_state(error).is_some_and(|state| {
            // 53: insufficient resources; 57014: statement timeout; 55P03: lock timeout.
            state.starts_with("53")
                || matches!(
                    &*state,
                    "57014" | "55P03" | "25P03" | SERIALIZATION_FAILURE | DEADLOCK
                )
        })
}

/// Whether a write met a database that takes only reads (stand STD-3, a standby).
pub fn is_read_only(error: &sqlx::Error) -> bool {
    sql_state(error).as_deref() == Some("25006")
}
