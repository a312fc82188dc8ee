use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prometheus::IntGauge;

/// What is known of the connection to NATS.
#[derive(Debug)]
pub(super) struct Link {
    up: IntGauge,
    /// Someone was told that it is down; nobody needs to hear that again before it is up.
    told: AtomicBool,
    /// Connections made so far: what was found out over an earlier one may be outdated.
    generation: AtomicU64,
    /// The last refusal of the server that was told of.
    refusal: Mutex<String>,
}

impl Link {
    pub fn new(metrics: &telemetry::Metrics) -> Self {
        Self {
            up: metrics.gauge("events_broker_connected", "Whether NATS is connected: 1 or 0."),
            told: AtomicBool::new(false),
            generation: AtomicU64::new(0),
            refusal: Mutex::default(),
        }
    }

    pub fn connected(&self) {
        let generation = self.generation.fetch_add(1, Ordering::Relaxed);
        self.up.set(1);
        self.refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        if self.told.swap(false, Ordering::Relaxed) || generation == 0 {
            tracing::info!("NATS connected; events flow");
        }
    }

    pub fn lost(&self, why: &str) {
        self.up.set(0);
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(why, "NATS is not connected; events wait");
        }
    }

    /// An error: of a connection that does not come about, or of one that stands, such as a right that is missing.
    pub fn trouble(&self, why: &str, connected: bool) {
        if !connected {
            return self.lost(why);
        }
        let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        if *refusal != why {
            why.clone_into(&mut refusal);
            tracing::error!(why, "NATS refuses");
        }
    }

    pub fn is_up(&self) -> bool {
        self.up.get() == 1
    }

    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }
}
