use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

/// What the roles of a database may do with events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Roles<'a> {
    /// May emit, and nothing else.
    pub emit: &'a [&'a str],
    /// May run the dispatcher, see and retry dead letters, and prune.
    pub dispatch: &'a [&'a str],
    /// May run the receiver.
    pub receive: &'a [&'a str],
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database cannot be reached or refused a statement.
    #[error("the database cannot be migrated")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or one that ran before was changed since.
    #[error("a migration of events failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The name cannot be a role's.
    #[error("{0:?} is not a role name: lower-case letters, digits and _ are")]
    RoleName(String),
}

/// Brings the schema `events` up to date and grants the roles, which must exist, their rights. Idempotent.
///
/// `owner_url` belongs to the database's owner.
pub async fn migrate(owner_url: &str, roles: Roles<'_>) -> Result<(), MigrateError> {
    let mut conn = owner_url.parse::<PgConnectOptions>()?.connect().await?;
    sqlx::migrate!().run_direct(None, &mut conn, false).await?;
    let grants = [
        (roles.emit, "INSERT ON events.outbox, events.delivery"),
        (roles.dispatch, "SELECT, INSERT, DELETE ON events.outbox"),
        (
            roles.dispatch,
            "SELECT, INSERT, UPDATE, DELETE ON events.delivery",
        ),
        (roles.dispatch, "SELECT, UPDATE ON events.put_aside"),
        (roles.receive, "SELECT, INSERT, DELETE ON events.inbox"),
        (
            roles.receive,
            "SELECT, INSERT, UPDATE, DELETE ON events.put_aside",
        ),
    ];
    let mut statements = String::new();
    for (names, rights) in grants {
        for name in names {
            let role = quoted(name)?;
            statements.push_str("GRANT USAGE ON SCHEMA events TO ");
            statements.push_str(&role);
            statements.push_str("; GRANT ");
            statements.push_str(rights);
            statements.push_str(" TO ");
            statements.push_str(&role);
            statements.push_str(";\n");
        }
    }
    conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statements)))
        .await?;
    conn.close().await?;
    Ok(())
}

/// The name as an identifier; names come from our own configuration, and are checked all the same.
fn quoted(name: &str) -> Result<String, MigrateError> {
    let sane = !name.is_empty()
        && name.len() <= 63
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if sane {
        Ok(format!("\"{name}\""))
    } else {
        Err(MigrateError::RoleName(name.to_owned()))
    }
}
