use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use pg::sqlx::migrate::Migrator;
use pg::sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use pg::{DatabaseSpec, RoleSpec};
use sanitise::pseudonym::Key;
use sanitise::{Job, Report, Rules, Tools, run};
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::generate;

/// The folder of each database's migrations.
pub const DATABASES: [(&str, &str); 3] = [
    ("catalog", "services/catalog/store"),
    ("orders", "services/orders/store"),
    ("internal", "services/backoffice/store"),
];

pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the project")
        .to_owned()
}

pub fn server() -> String {
    std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL names a cluster's superuser; see docs/TESTING.md")
}

pub fn key() -> Key {
    Key::new([7; 32]).expect("long enough")
}

/// The committed rules of a database.
pub fn rules(database: &str) -> Rules {
    let path = project()
        .join("deploy/sanitise/rules")
        .join(format!("{database}.toml"));
    Rules::parse(&std::fs::read_to_string(path).expect("rules")).expect("rules")
}

/// A migrated database of its own under a name of its own, with a folder for its backups and one for what comes out.
pub struct World {
    pub rules: Rules,
    pub backups: TempDir,
    pub out: TempDir,
}

impl World {
    /// As the services' migrations make it.
    pub async fn of(database: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let mut rules = rules(database);
        let folder = DATABASES
            .iter()
            .find(|(name, _)| *name == database)
            .expect("a database")
            .1;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        rules.database = format!("{database}_{}_{number}", std::process::id());
        migrated(&rules, folder).await;
        Self {
            rules,
            backups: tempfile::tempdir().expect("a folder"),
            out: tempfile::tempdir().expect("a folder"),
        }
    }

    /// The orders of `customers` customers.
    pub async fn with_customers(customers: i64) -> Self {
        let world = Self::of("orders").await;
        generate::customers(&mut world.connect().await, customers)
            .await
            .expect("customers");
        world
    }

    pub async fn connect(&self) -> PgConnection {
        self.connect_to(&self.rules.database).await
    }

    pub async fn connect_to(&self, database: &str) -> PgConnection {
        let url = pg::database_url(&server(), database).expect("a URL");
        PgConnection::connect(url.as_str()).await.expect("a connection")
    }

    pub async fn execute(&self, statement: &'static str) {
        pg::sqlx::query(statement)
            .execute(&mut self.connect().await)
            .await
            .expect(statement);
    }

    /// One value of the database.
    pub async fn one<T>(&self, query: &'static str) -> T
    where
        T: Send
            + Unpin
            + for<'r> pg::sqlx::Decode<'r, pg::sqlx::Postgres>
            + pg::sqlx::Type<pg::sqlx::Postgres>,
    {
        pg::sqlx::query_scalar(query)
            .fetch_one(&mut self.connect().await)
            .await
            .expect(query)
    }

    /// All texts that a query finds, in order.
    pub async fn texts(&self, query: &'static str) -> Vec<String> {
        pg::sqlx::query_scalar(query)
            .fetch_all(&mut self.connect().await)
            .await
            .expect(query)
    }

    /// A backup as production makes it.
    pub fn back_up(&self) -> PathBuf {
        let path = self.backups.path().join("night.dump");
        let url = pg::database_url(&server(), &self.rules.database).expect("a URL");
        let done = std::process::Command::new("pg_dump")
            .args(["--format=custom", "--file"])
            .arg(&path)
            .args(["--dbname", url.as_str()])
            .status();
        assert!(done.expect("pg_dump runs").success());
        path
    }

    pub fn job(&self) -> Job {
        Job {
            tools: Tools::default(),
            rules: self.rules.clone(),
            key: key(),
            backups: self.backups.path().to_owned(),
            quarantine: server(),
            out: self.out.path().to_owned(),
            target: Some(server()),
        }
    }

    pub async fn run(&self) -> anyhow::Result<Report> {
        run(&self.job(), now()).await
    }

    /// What lies in the folder for results.
    pub fn results(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.out.path()).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    /// Databases of this world that are there.
    pub async fn databases(&self) -> Vec<String> {
        pg::sqlx::query_scalar(
            "SELECT datname::text FROM pg_database WHERE datname LIKE '%' || $1 || '%' ORDER BY 1",
        )
        .bind(&self.rules.database)
        .fetch_all(&mut self.connect_to("postgres").await)
        .await
        .expect("databases")
    }
}

/// The machine's clock: archives bear its time.
pub fn now() -> OffsetDateTime {
    kernel::Clock::now(&kernel::SystemClock)
}

async fn migrated(rules: &Rules, folder: &str) {
    let role = |name| RoleSpec {
        name,
        password: "secret",
    };
    let faces: Vec<_> = rules.roles.iter().map(|name| role(name)).collect();
    let spec = DatabaseSpec {
        name: &rules.database,
        owner: role(&rules.owner),
        roles: &faces,
    };
    pg::provision(&server(), &spec).await.expect("a database");
    let url = pg::database_url(&server(), &rules.database).expect("a URL");
    let mut session = PgConnection::connect(url.as_str()).await.expect("a connection");
    let owned = format!("SET ROLE {}; CREATE SCHEMA events", rules.owner);
    pg::sqlx::raw_sql(AssertSqlSafe(owned))
        .execute(&mut session)
        .await
        .expect("the owner's role");
    for (migrations, table) in [
        ("shared/events/migrations".to_owned(), "events.migrations"),
        (format!("{folder}/migrations"), "public._sqlx_migrations"),
    ] {
        let mut migrator = Migrator::new(project().join(migrations))
            .await
            .expect("migrations");
        migrator.dangerous_set_table_name(table);
        migrator
            .run_direct(None, &mut session, false)
            .await
            .expect("migrated");
    }
}
