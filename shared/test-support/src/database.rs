use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use pg::{DatabaseSpec, Metrics, Pg, PgConfig, RoleSpec, database_url};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};
use tokio::sync::OnceCell;

use crate::janitor::Janitor;

/// A database of a test's own, migrated, with the roles and rights of production. Dropped when it goes out of
/// scope; what a killed process left is dropped by the next one.
///
/// The first test of a process migrates a template, the others clone it. `TEST_DATABASE_URL` names the cluster
/// and a superuser in it. Roles belong to the whole cluster and are shared by all tests; each one's password is
/// its name.
///
/// ```no_run
/// use pg::{DatabaseSpec, RoleSpec};
///
/// const SPEC: DatabaseSpec<'static> = DatabaseSpec {
///     name: "catalog",
///     owner: RoleSpec { name: "catalog_owner", password: "catalog_owner" },
///     roles: &[RoleSpec { name: "catalog_edge", password: "catalog_edge" }],
/// };
///
/// # async fn migrate(owner_url: &str) -> Result<(), String> { Ok(()) }
/// # async fn example() {
/// let db = test_support::TestDb::new(&SPEC, migrate).await;
/// let edge = db.pg("catalog_edge");
/// # }
/// ```
#[derive(Debug)]
pub struct TestDb {
    name: String,
    admin_url: String,
    admin: PgPool,
}

impl TestDb {
    /// A database as `spec` describes it (its passwords apart), migrated by `migrate`, which is given the
    /// owner's address. Processes that run beside each other do not meet.
    pub async fn new<E: Debug>(
        spec: &DatabaseSpec<'_>,
        migrate: impl AsyncFnOnce(&str) -> Result<(), E>,
    ) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let admin_url = std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
            panic!(
                "TEST_DATABASE_URL is not set: it names a PostgreSQL superuser and cluster for the tests. \
                 `make test` starts one; by hand: cargo run -p embedded --bin with-postgres -- cargo test"
            )
        });
        let janitor = Janitor::get(&admin_url);
        let template = template(&admin_url, janitor, spec, migrate).await;
        let name = format!(
            "{}{}_{}",
            janitor.prefix,
            spec.name,
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        clone_template(&admin_url, &template, &name, spec)
            .await
            .unwrap_or_else(|error| panic!("{template} could not be cloned: {error}"));
        let admin = PgPoolOptions::new()
            .max_connections(4)
            .connect_lazy(&address(&admin_url, &name, None))
            .expect("the address was used before");
        Self {
            name,
            admin_url,
            admin,
        }
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address with which `role` reaches the database.
    pub fn url_for(&self, role: &str) -> String {
        address(&self.admin_url, &self.name, Some(role))
    }

    /// A superuser's pool, to look at and to disturb what the roles under test may not.
    pub fn admin(&self) -> &PgPool {
        &self.admin
    }

    /// A pool of `role`'s, with the settings of production.
    pub fn pg(&self, role: &str) -> Pg {
        Pg::connect(&PgConfig::new(self.url_for(role)), Metrics::unregistered())
            .expect("the address was used before")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        Janitor::get(&self.admin_url).drop_database(std::mem::take(&mut self.name));
    }
}

/// The name of the process's migrated template for `spec`, made by whoever asks first.
async fn template<E: Debug>(
    admin_url: &str,
    janitor: &Janitor,
    spec: &DatabaseSpec<'_>,
    migrate: impl AsyncFnOnce(&str) -> Result<(), E>,
) -> String {
    type Templates = Mutex<HashMap<String, Arc<OnceCell<String>>>>;
    static TEMPLATES: LazyLock<Templates> = LazyLock::new(Templates::default);

    let cell = {
        let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(templates.entry(spec.name.to_owned()).or_default())
    };
    cell.get_or_init(async || {
        let name = format!("{}{}_template", janitor.prefix, spec.name);
        let roles: Vec<RoleSpec<'_>> = spec.roles.iter().map(named_password).collect();
        let spec = DatabaseSpec {
            name: &name,
            owner: named_password(&spec.owner),
            roles: &roles,
        };
        pg::provision(admin_url, &spec)
            .await
            .unwrap_or_else(|error| panic!("{name} could not be made: {error:?}"));
        migrate(&address(admin_url, &name, Some(spec.owner.name)))
            .await
            .unwrap_or_else(|error| panic!("{name} could not be migrated: {error:?}"));
        name
    })
    .await
    .clone()
}

fn named_password<'a>(role: &RoleSpec<'a>) -> RoleSpec<'a> {
    RoleSpec {
        password: role.name,
        ..*role
    }
}

/// Rights on the database itself are not cloned with it, so they are granted as [`pg::provision`] does.
async fn clone_template(
    admin_url: &str,
    template: &str,
    name: &str,
    spec: &DatabaseSpec<'_>,
) -> Result<(), sqlx::Error> {
    let mut admin = PgConnection::connect(admin_url).await?;
    let owner = spec.owner.name;
    let create = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" OWNER \"{owner}\"");
    admin.execute(AssertSqlSafe(create)).await?;
    let mut rights = vec![format!("REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC")];
    for role in spec.roles {
        rights.push(format!(
            "GRANT CONNECT ON DATABASE \"{name}\" TO \"{}\"",
            role.name
        ));
    }
    admin.execute(AssertSqlSafe(rights.join(";"))).await?;
    admin.close().await
}

fn address(admin_url: &str, database: &str, role: Option<&str>) -> String {
    let mut url = database_url(admin_url, database)
        .unwrap_or_else(|error| panic!("TEST_DATABASE_URL is not a URL: {error}"));
    if let Some(role) = role {
        url.set_username(role).expect("the address can carry a role");
        url.set_password(Some(role))
            .expect("the address can carry a password");
    }
    url.into()
}
