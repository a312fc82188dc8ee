use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use url::Url;

/// Held while roles are made: they belong to the whole cluster, and two processes that start together would
/// both try. The number is arbitrary but fixed.
const PROVISIONING_LOCK: i64 = 0x6761_726e_6974_7572;

/// A role that may log in.
#[derive(Clone, Copy)]
pub struct RoleSpec<'a> {
    /// Its name, unique in the cluster.
    pub name: &'a str,
    /// Its password.
    pub password: &'a str,
}

impl std::fmt::Debug for RoleSpec<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RoleSpec").field(&self.name).finish()
    }
}

/// A database and those who may connect to it.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseSpec<'a> {
    /// Its name.
    pub name: &'a str,
    /// Owns the database and everything the migrations make in it.
    pub owner: RoleSpec<'a>,
    /// The faces' roles. What they may do is granted by the migrations.
    pub roles: &'a [RoleSpec<'a>],
}

/// Why a database could not be provided.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The administrator's address is not a URL.
    #[error("the administrator's database address is not a URL")]
    Address(#[from] url::ParseError),
    /// The server refused or could not be reached.
    #[error("the database {database} could not be provided")]
    Database {
        /// The database's name.
        database: String,
        /// What the server said.
        source: sqlx::Error,
    },
}

/// Makes the roles and the database where they are missing, and sets the passwords and rights anew each time,
/// so it can run at every start. Nobody but the named roles (and superusers) can connect to the database or
/// make tables in its `public` schema (INF-3, INF-7). `admin_url` names a role that may create roles and
/// databases.
pub async fn provision(admin_url: &str, spec: &DatabaseSpec<'_>) -> Result<(), ProvisionError> {
    let wrap = |source| ProvisionError::Database {
        database: spec.name.to_owned(),
        source,
    };
    let inside_url = database_url(admin_url, spec.name)?;
    let mut admin = PgConnection::connect(admin_url).await.map_err(wrap)?;
    let done = async {
        provide(&mut admin, spec).await?;
        close_schema(inside_url.as_str()).await
    }
    .await;
    // Closing the session frees the lock too, also after an error.
    admin.close().await.map_err(wrap)?;
    done.map_err(wrap)
}

/// The default since PostgreSQL 15, but not for clusters upgraded from before. Done under the lock: two that
/// change a schema's rights at once end in `tuple concurrently updated`.
async fn close_schema(inside_url: &str) -> Result<(), sqlx::Error> {
    let mut inside = PgConnection::connect(inside_url).await?;
    inside
        .execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        .await?;
    inside.close().await
}

/// `base` with its path replaced by the database's name.
pub fn database_url(base: &str, database: &str) -> Result<Url, url::ParseError> {
    let mut url = Url::parse(base)?;
    url.set_path(database);
    Ok(url)
}

async fn provide(admin: &mut PgConnection, spec: &DatabaseSpec<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(PROVISIONING_LOCK)
        .execute(&mut *admin)
        .await?;
    for role in std::iter::once(&spec.owner).chain(spec.roles) {
        provide_role(admin, role).await?;
    }
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(spec.name)
        .fetch_one(&mut *admin)
        .await?;
    if !exists {
        // ICU and C collations differ between machines; the shop sorts by number and by `lower(...)`, and the
        // template0 default keeps what the cluster was made with.
        run(
            admin,
            "CREATE DATABASE %I OWNER %I ENCODING 'UTF8' TEMPLATE template0",
            &[spec.name, spec.owner.name],
        )
        .await?;
    }
    run(admin, "REVOKE ALL ON DATABASE %I FROM PUBLIC", &[spec.name]).await?;
    for role in spec.roles {
        run(
            admin,
            "GRANT CONNECT ON DATABASE %I TO %I",
            &[spec.name, role.name],
        )
        .await?;
    }
    Ok(())
}

async fn provide_role(admin: &mut PgConnection, role: &RoleSpec<'_>) -> Result<(), sqlx::Error> {
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(role.name)
        .fetch_one(&mut *admin)
        .await?;
    let statement = if exists {
        "ALTER ROLE %I LOGIN PASSWORD %L"
    } else {
        "CREATE ROLE %I LOGIN PASSWORD %L"
    };
    run(admin, statement, &[role.name, role.password]).await
}

/// Runs a statement that takes no parameters: the server itself quotes the names into it.
async fn run(admin: &mut PgConnection, template: &str, names: &[&str]) -> Result<(), sqlx::Error> {
    let statement: String = sqlx::query_scalar("SELECT format($1, VARIADIC $2::text[])")
        .bind(template)
        .bind(names)
        .fetch_one(&mut *admin)
        .await?;
    admin.execute(AssertSqlSafe(statement)).await?;
    Ok(())
}
