//! Where the backup is restored: a database that nobody else has, on a server that only this job reaches.

use pg::sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::Rules;
use crate::backup::Backup;
use crate::tools::{ToolError, Tools};

/// Why the backup could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    /// The server refuses or cannot be reached.
    #[error("the quarantine server refuses")]
    Database(#[from] pg::sqlx::Error),
    /// Its address is none.
    #[error("the address of the quarantine server is not a URL")]
    Address,
    /// The archive cannot be restored.
    #[error(transparent)]
    Tool(#[from] ToolError),
}

/// The database `name` of the server at `url`.
pub(crate) fn at(url: &str, name: &str) -> Result<String, QuarantineError> {
    pg::database_url(url, name)
        .map(Into::into)
        .map_err(|_| QuarantineError::Address)
}

/// Restores `backup` into a fresh database of the server at `url`, a superuser's address, and returns its address.
/// The roles that the archive gives rights to are made where they are missing, without a login.
pub async fn restore(
    tools: &Tools,
    rules: &Rules,
    backup: &Backup,
    url: &str,
) -> Result<String, QuarantineError> {
    let name = format!("quarantine_{}", rules.database);
    let mut server = PgConnection::connect(url).await?;
    for role in rules.roles.iter().chain([&rules.owner]) {
        let there: bool = pg::sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(role)
            .fetch_one(&mut server)
            .await?;
        if !there {
            execute(&mut server, "CREATE ROLE %I", &[role]).await?;
        }
    }
    execute(&mut server, "DROP DATABASE IF EXISTS %I WITH (FORCE)", &[&name]).await?;
    execute(
        &mut server,
        "CREATE DATABASE %I OWNER %I TEMPLATE template0",
        &[&name, &rules.owner],
    )
    .await?;
    server.close().await?;
    let restored = at(url, &name)?;
    let path = backup.path.to_string_lossy();
    tools
        .run(
            "pg_restore",
            &["--exit-on-error", "--jobs=2", "--dbname", &restored, &path],
        )
        .await?;
    Ok(restored)
}

/// Takes the restored database away.
pub async fn discard(rules: &Rules, url: &str) -> Result<(), QuarantineError> {
    let mut server = PgConnection::connect(url).await?;
    let name = format!("quarantine_{}", rules.database);
    execute(&mut server, "DROP DATABASE IF EXISTS %I WITH (FORCE)", &[&name]).await?;
    server.close().await?;
    Ok(())
}

/// Runs a statement that takes no parameters: the server itself quotes the names into it.
pub(crate) async fn execute(
    connection: &mut PgConnection,
    template: &str,
    names: &[&str],
) -> Result<u64, pg::sqlx::Error> {
    let statement: String = pg::sqlx::query_scalar("SELECT format($1, VARIADIC $2::text[])")
        .bind(template)
        .bind(names)
        .fetch_one(&mut *connection)
        .await?;
    let done = pg::sqlx::query(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
