use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool};

use crate::gate::Gate;
use crate::{Connection, Metrics, PgConfig};

/// A connection unused for longer is tested before it is handed out.
const TEST_WHEN_IDLE_FOR: Duration = Duration::from_secs(1);
/// After one connection was lost, all are tested for so long: the server has most likely restarted.
const DISTRUST_FOR: Duration = Duration::from_secs(5);

/// Statements that a connection which plans once keeps the plans of: more than a service has. Catalog's lists alone are over a
/// hundred, which is what sqlx keeps.
const PLANNED: usize = 1_000;

/// One role's pool of connections. Cheap to clone.
///
/// # Broken connections
///
/// Testing every connection before use costs a round trip per request, so only those are tested that rested
/// for more than a second, which under load is none. A busy connection that dies shows itself at its next use:
/// [`Pg::run`] and [`Pg::read`] then start anew on another one, since nothing was committed, and for five
/// seconds every connection is tested before use, so that the rest of a restarted server's connections are
/// replaced without another failure. Queries sent to [`Pg::connection`] directly get the error
/// ([`is_unavailable`](crate::is_unavailable)) instead.
#[derive(Debug, Clone)]
pub struct Pg {
    pool: PgPool,
    pub(crate) metrics: Metrics,
    trust: Arc<Trust>,
    gate: Arc<Gate>,
    patience: Duration,
}

impl Pg {
    /// A pool that opens its first connection when it is first used, so that a service starts (and reports
    /// itself not ready) while its database is down. Fails when the address cannot be understood. Must be
    /// called inside a Tokio runtime.
    pub fn connect(config: &PgConfig, metrics: Metrics) -> Result<Self, sqlx::Error> {
        let options: PgConnectOptions = config.url.expose().parse()?;
        // All of these travel in the start-up packet: they cost no statement.
        let options = options.application_name(&config.application_name).options([
            ("statement_timeout", config.statement_timeout_ms.to_string()),
            ("lock_timeout", config.lock_timeout_ms.to_string()),
            // A process that hangs inside a transaction must not keep its row locks for ever.
            ("idle_in_transaction_session_timeout", "30000".to_owned()),
        ]);
        let options = if config.plan_once {
            // What is forgotten is planned again.
            options.statement_cache_capacity(PLANNED).options([
                ("plan_cache_mode", "force_generic_plan"),
                ("random_page_cost", "1.1"),
                // A plan outlives the hour in which a table was empty: what has an index is to be found by it.
                ("enable_seqscan", "off"),
                ("jit", "off"),
                // Many ask at once, so that the cores are busy anyway.
                ("max_parallel_workers_per_gather", "0"),
            ])
        } else {
            options
        };
        let trust = Arc::new(Trust::new());
        let watched = Arc::clone(&trust);
        let patience = Duration::from_millis(config.acquire_timeout_ms);
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(patience)
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                let test = meta.idle_for > TEST_WHEN_IDLE_FOR || watched.is_shaken();
                Box::pin(async move {
                    if test {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options);
        metrics.watch(&config.application_name, &pool);
        let gate = Arc::new(Gate::new(
            usize::try_from(config.max_connections).unwrap_or(usize::MAX),
        ));
        Ok(Self {
            pool,
            metrics,
            trust,
            gate,
            patience,
        })
    }

    /// A connection for a statement that needs neither a name nor a transaction: `fetch_one(&mut *pg.connection().await?)`.
    /// Fails as [`is_unavailable`](crate::is_unavailable) tells when there is none in time.
    pub async fn connection(&self) -> Result<Connection, sqlx::Error> {
        let size = || usize::try_from(self.pool.size()).unwrap_or(usize::MAX);
        // Boxed, since it is large: it may open a connection.
        let entered = self.gate.enter(size, Box::pin(self.pool.acquire()));
        let (connection, place) = tokio::time::timeout(self.patience, entered)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(Connection::new(connection, place))
    }

    /// The pool itself, for tools and tests. Who takes a connection from it does not wait for his turn.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Asks the server for a sign of life: for the readiness check.
    pub async fn ready(&self) -> Result<(), sqlx::Error> {
        self.connection().await?.ping().await
    }

    /// Closes all connections; waits for those in use.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Tests every connection before use for a while, since one was lost.
    pub(crate) fn connection_lost(&self) {
        self.trust.shake();
    }
}

/// Whether connections are believed to be alive.
#[derive(Debug)]
struct Trust {
    started: Instant,
    /// Milliseconds after `started` until which connections are tested; 0 when they are not.
    shaken_until: AtomicU64,
}

impl Trust {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            shaken_until: AtomicU64::new(0),
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn is_shaken(&self) -> bool {
        let until = self.shaken_until.load(Ordering::Relaxed);
        until > 0 && self.elapsed_ms() < until
    }

    fn shake(&self) {
        let for_ms = u64::try_from(DISTRUST_FOR.as_millis()).unwrap_or(u64::MAX);
        self.shaken_until
            .store(self.elapsed_ms().saturating_add(for_ms), Ordering::Relaxed);
    }
}
