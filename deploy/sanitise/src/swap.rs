//! The archive becomes the database of HotFix.

use std::path::Path;

use pg::sqlx::{Connection as _, PgConnection};

use crate::quarantine::{QuarantineError, at, execute};
use crate::{Rules, Tools};

/// Restores `archive` beside the database it replaces and, when all of it is there, gives it its name; the one before
/// is dropped. Until then the old one serves; services see a moment without it and connect anew. `url` is a role's
/// that may make databases and is a member of the owner and of `pg_signal_backend`; the roles are there already.
pub async fn swap(tools: &Tools, rules: &Rules, archive: &Path, url: &str) -> Result<(), QuarantineError> {
    let name = rules.database.as_str();
    let (next, last) = (format!("{name}_next"), format!("{name}_last"));
    let mut server = PgConnection::connect(url).await?;
    execute(&mut server, "DROP DATABASE IF EXISTS %I WITH (FORCE)", &[&next]).await?;
    execute(
        &mut server,
        "CREATE DATABASE %I OWNER %I TEMPLATE template0",
        &[&next, &rules.owner],
    )
    .await?;
    execute(&mut server, "REVOKE ALL ON DATABASE %I FROM PUBLIC", &[&next]).await?;
    for role in &rules.roles {
        execute(&mut server, "GRANT CONNECT ON DATABASE %I TO %I", &[&next, role]).await?;
    }
    let restored = at(url, &next)?;
    let (role, path) = (format!("--role={}", rules.owner), archive.to_string_lossy());
    tools
        .run(
            "pg_restore",
            &[
                "--exit-on-error",
                "--no-owner",
                &role,
                "--jobs=2",
                "--dbname",
                &restored,
                &path,
            ],
        )
        .await?;
    execute(&mut server, "DROP DATABASE IF EXISTS %I WITH (FORCE)", &[&last]).await?;
    let there: bool = pg::sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut server)
        .await?;
    if there {
        // Nobody may come back between being sent away and the new name.
        execute(&mut server, "ALTER DATABASE %I ALLOW_CONNECTIONS false", &[name]).await?;
        let renamed = rename(&mut server, name, &last, &next).await;
        if renamed.is_err() {
            let _ = execute(&mut server, "ALTER DATABASE %I ALLOW_CONNECTIONS true", &[name]).await;
        }
        renamed?;
        execute(&mut server, "DROP DATABASE %I WITH (FORCE)", &[&last]).await?;
    } else {
        execute(&mut server, "ALTER DATABASE %I RENAME TO %I", &[&next, name]).await?;
    }
    server.close().await?;
    Ok(())
}

/// Both names in one transaction: either both change or none.
async fn rename(
    server: &mut PgConnection,
    name: &str,
    last: &str,
    next: &str,
) -> Result<(), pg::sqlx::Error> {
    pg::sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
        .bind(name)
        .execute(&mut *server)
        .await?;
    let mut tx = server.begin().await?;
    execute(&mut tx, "ALTER DATABASE %I RENAME TO %I", &[name, last]).await?;
    execute(&mut tx, "ALTER DATABASE %I RENAME TO %I", &[next, name]).await?;
    tx.commit().await
}
