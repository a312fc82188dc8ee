use std::sync::{Arc, Mutex, PoisonError};

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry};
use sqlx::PgPool;

/// What the pools of one process count. Register once per registry and hand clones to every pool.
#[derive(Debug, Clone)]
pub struct Metrics {
    pub(crate) transactions: IntCounterVec,
    pub(crate) retries: IntCounterVec,
    pub(crate) duration: HistogramVec,
    pools: PoolGauges,
}

impl Metrics {
    /// Metrics that nobody reads: for tools and tests.
    pub fn unregistered() -> Self {
        Self {
            transactions: IntCounterVec::new(
                Opts::new(
                    "pg_transactions_total",
                    "Named database operations by how they ended",
                ),
                &["name", "outcome"],
            )
            .expect("the metric's name and labels are valid"),
            retries: IntCounterVec::new(
                Opts::new(
                    "pg_transaction_retries_total",
                    "Database operations run anew, by why",
                ),
                &["name", "reason"],
            )
            .expect("the metric's name and labels are valid"),
            duration: HistogramVec::new(
                HistogramOpts::new(
                    "pg_transaction_duration_seconds",
                    "Named database operations from asking for a connection to the end, retries included",
                )
                .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0]),
                &["name"],
            )
            .expect("the metric's name and labels are valid"),
            pools: PoolGauges::new(),
        }
    }

    /// Registers the metrics; fails when the registry already holds metrics of these names. Where only a collector
    /// can be registered, [`Metrics::unregistered`] is one.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Self::unregistered();
        registry.register(Box::new(metrics.clone()))?;
        Ok(metrics)
    }

    pub(crate) fn watch(&self, name: &str, pool: &PgPool) {
        let mut pools = self.pools.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.push((name.to_owned(), pool.clone()));
    }
}

/// All of them at once, so that a service hands them to its own registry in one step.
impl Collector for Metrics {
    fn desc(&self) -> Vec<&Desc> {
        let parts: [&dyn Collector; 4] = [&self.transactions, &self.retries, &self.duration, &self.pools];
        parts.into_iter().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let parts: [&dyn Collector; 4] = [&self.transactions, &self.retries, &self.duration, &self.pools];
        parts.into_iter().flat_map(Collector::collect).collect()
    }
}

/// Reads the pools when the metrics are asked for, so that the hot path does not keep gauges up to date.
#[derive(Debug, Clone)]
struct PoolGauges {
    connections: IntGaugeVec,
    pools: Arc<Mutex<Vec<(String, PgPool)>>>,
}

impl PoolGauges {
    fn new() -> Self {
        Self {
            connections: IntGaugeVec::new(
                Opts::new(
                    "pg_pool_connections",
                    "Open database connections by pool and state",
                ),
                &["pool", "state"],
            )
            .expect("the metric's name and labels are valid"),
            pools: Arc::default(),
        }
    }
}

impl Collector for PoolGauges {
    fn desc(&self) -> Vec<&Desc> {
        self.connections.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.retain(|(_, pool)| !pool.is_closed());
        self.connections.reset();
        for (name, pool) in pools.iter() {
            let idle = i64::try_from(pool.num_idle()).unwrap_or(i64::MAX);
            let open = i64::from(pool.size());
            self.connections.with_label_values(&[name, "idle"]).add(idle);
            // The two numbers are read one after the other; a release between them must not show as -1.
            self.connections
                .with_label_values(&[name, "used"])
                .add((open - idle).max(0));
        }
        self.connections.collect()
    }
}
