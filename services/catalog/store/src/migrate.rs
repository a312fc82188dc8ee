use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database cannot be reached or refused a statement.
    #[error("the catalog database cannot be migrated")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or one that ran before was changed since.
    #[error("a migration of catalog failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The schema of events could not be brought up to date.
    #[error(transparent)]
    Events(#[from] events::MigrateError),
}

/// Brings the catalog database up to date, events included, and grants the faces their rights. Idempotent;
/// concurrent runs wait for each other. `owner_url` belongs to the role `catalog_owner`; the roles
/// `catalog_edge`, `catalog_staff` and `catalog_internal` must exist.
pub async fn migrate(owner_url: &str) -> Result<(), MigrateError> {
    let mut conn = owner_url.parse::<PgConnectOptions>()?.connect().await?;
    sqlx::migrate!().run_direct(None, &mut conn, false).await?;
    conn.close().await?;
    let roles = events::Roles {
        emit: &["catalog_internal", "catalog_staff"],
        dispatch: &["catalog_internal"],
        receive: &["catalog_internal"],
    };
    events::migrate(owner_url, roles).await?;
    Ok(())
}
