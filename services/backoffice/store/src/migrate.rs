use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

/// Why the database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The events schema could not.
    #[error(transparent)]
    Events(#[from] events::MigrateError),
    /// The database cannot be reached.
    #[error("the internal-services database cannot be reached")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or one that ran before was changed since.
    #[error("a migration of the internal-services database failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Brings the database at `owner_url` to this version's schema; safe to run again and in parallel. Fails when the
/// database cannot be reached or a migration fails; what was applied before stays applied.
pub async fn migrate(owner_url: &str) -> Result<(), MigrateError> {
    let roles = events::Roles {
        emit: &["backoffice_staff"],
        dispatch: &["backoffice_internal"],
        receive: &["backoffice_internal"],
    };
    events::migrate(owner_url, roles).await?;
    let mut connection = owner_url.parse::<PgConnectOptions>()?.connect().await?;
    sqlx::migrate!().run_direct(None, &mut connection, false).await?;
    connection.close().await?;
    Ok(())
}
