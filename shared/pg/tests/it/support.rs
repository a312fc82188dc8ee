//! A table of tallies, and what was counted while working with it.

use std::time::Duration;

use pg::sqlx::{self, PgConnection};
use pg::{DatabaseSpec, Metrics, Pg, PgConfig, RoleSpec};
use prometheus::core::Collector as _;
use prometheus::proto::Metric;
use sqlx::{Connection as _, Executor as _};
use test_support::{TestDb, wait_for};

/// Long enough for a busy machine; nothing waits for it unless it fails.
pub const LONG: Duration = Duration::from_secs(30);

const fn role(name: &str) -> RoleSpec<'_> {
    RoleSpec { name, password: "-" }
}

const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "tally",
    owner: role("tally_owner"),
    roles: &[role("tally_edge")],
};

const TABLES: &str = "
    CREATE TABLE tally (
        id bigint CONSTRAINT tally_pkey PRIMARY KEY,
        value bigint NOT NULL CONSTRAINT tally_value_check CHECK (value >= 0)
    );
    CREATE TABLE mark (tally_id bigint CONSTRAINT mark_tally_id_fkey REFERENCES tally (id));
    INSERT INTO tally VALUES (1, 0), (2, 0);
    -- A row in it costs the session its life, but only once it commits.
    CREATE TABLE last_word (said boolean);
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON last_word DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION die();
    GRANT SELECT, INSERT, UPDATE, DELETE ON tally, mark, last_word TO tally_edge;";

/// A database with the tallies 1 and 2, both at zero.
pub async fn database() -> TestDb {
    TestDb::new(&SPEC, async |owner_url: &str| {
        let mut owner = PgConnection::connect(owner_url).await?;
        owner.execute(TABLES).await?;
        owner.close().await
    })
    .await
}

/// A pool and what it counts.
pub struct Counted {
    pub pg: Pg,
    metrics: Metrics,
}

/// Generous, so that no limit but the one under test is met.
pub fn config(db: &TestDb) -> PgConfig {
    PgConfig {
        acquire_timeout_ms: 30_000,
        statement_timeout_ms: 30_000,
        lock_timeout_ms: 20_000,
        ..PgConfig::new(db.url_for("tally_edge"))
    }
}

pub fn connect(config: &PgConfig) -> Counted {
    let metrics = Metrics::unregistered();
    Counted {
        pg: Pg::connect(config, metrics.clone()).expect("the address is one"),
        metrics,
    }
}

impl Counted {
    pub fn of(db: &TestDb) -> Self {
        connect(&config(db))
    }

    /// How often the operation `name` was run anew for `reason`.
    pub fn retries(&self, name: &str, reason: &str) -> u64 {
        self.counter(
            "pg_transaction_retries_total",
            &[("name", name), ("reason", reason)],
        )
    }

    /// How often the operation `name` ended in `outcome`.
    pub fn ended(&self, name: &str, outcome: &str) -> u64 {
        self.counter("pg_transactions_total", &[("name", name), ("outcome", outcome)])
    }

    /// How many durations of the operation `name` were taken.
    pub fn timed(&self, name: &str) -> u64 {
        self.metric("pg_transaction_duration_seconds", &[("name", name)])
            .map_or(0, |metric| metric.get_histogram().get_sample_count())
    }

    /// How many connections of the pool are in `state`.
    pub fn connections(&self, state: &str) -> f64 {
        self.metric("pg_pool_connections", &[("state", state)])
            .map_or(0.0, |metric| metric.get_gauge().get_value())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a counter of few things"
    )]
    fn counter(&self, family: &str, labels: &[(&str, &str)]) -> u64 {
        self.metric(family, labels)
            .map_or(0, |metric| metric.get_counter().get_value() as u64)
    }

    fn metric(&self, family: &str, labels: &[(&str, &str)]) -> Option<Metric> {
        let families = self.metrics.collect();
        let family = families.iter().find(|found| found.name() == family)?;
        let has = |metric: &Metric, (name, value): &(&str, &str)| {
            metric
                .get_label()
                .iter()
                .any(|label| label.name() == *name && label.value() == *value)
        };
        family
            .get_metric()
            .iter()
            .find(|metric| labels.iter().all(|label| has(metric, label)))
            .cloned()
    }
}

/// Adds one to a tally.
pub async fn add(id: i64, on: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tally SET value = value + 1 WHERE id = $1")
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

/// A tally as others see it.
pub async fn value(db: &TestDb, id: i64) -> Option<i64> {
    sqlx::query_scalar("SELECT value FROM tally WHERE id = $1")
        .bind(id)
        .fetch_optional(db.admin())
        .await
        .expect("the tally can be read")
}

/// Ends the session it is sent over.
pub async fn die(on: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_terminate_backend(pg_backend_pid())")
        .execute(on)
        .await?;
    Ok(())
}

/// Returns once a session of the edge waits for a lock.
pub async fn someone_waits(db: &TestDb) {
    wait_for("a session that waits for a lock", LONG, async || {
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                AND usename = 'tally_edge' AND wait_event_type = 'Lock')",
        )
        .fetch_one(db.admin())
        .await
        .expect("the activity can be read");
        waits.then_some(())
    })
    .await;
}
