use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use serde::Serialize;
use telemetry::Metrics;

/// How long a check may take where nothing else is said.
pub(crate) const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Check = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// One thing a service needs to serve.
pub(crate) struct ReadyCheck {
    name: &'static str,
    timeout: Duration,
    check: Check,
    /// What the last run said, so that only changes are logged.
    was_ok: AtomicBool,
}

impl ReadyCheck {
    pub(crate) fn new<F, Fut>(name: &'static str, timeout: Duration, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self {
            name,
            timeout,
            check: Box::new(move || check().boxed()),
            was_ok: AtomicBool::new(true),
        }
    }

    async fn ask(&self) -> CheckAnswer {
        let started = Instant::now();
        let result = match tokio::time::timeout(self.timeout, (self.check)()).await {
            Ok(result) => result,
            Err(_) => Err(format!("no answer within {:?}", self.timeout)),
        };
        let ok = result.is_ok();
        if self.was_ok.swap(ok, Ordering::Relaxed) != ok {
            match result {
                Ok(()) => tracing::info!(check = self.name, "ready again"),
                Err(error) => tracing::warn!(check = self.name, error, "not ready"),
            }
        }
        CheckAnswer {
            name: self.name,
            ok,
            milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Whether a service can serve: its checks, and whether it is on its way out.
#[derive(Clone)]
pub(crate) struct Readiness {
    checks: Arc<[Arc<ReadyCheck>]>,
    draining: Arc<AtomicBool>,
    metrics: Metrics,
}

impl Readiness {
    pub(crate) fn new(checks: Vec<Arc<ReadyCheck>>, draining: Arc<AtomicBool>, metrics: Metrics) -> Self {
        Self {
            checks: checks.into(),
            draining,
            metrics,
        }
    }

    /// Asks all checks at once.
    pub(crate) async fn ask(&self) -> ReadyAnswer {
        let checks = join_all(self.checks.iter().map(|check| check.ask())).await;
        let gauge = self.metrics.gauge_vec(
            "ready_check",
            "Whether a part the service needs answers.",
            &["check"],
        );
        for check in &checks {
            gauge.with_label_values(&[check.name]).set(i64::from(check.ok));
        }
        let status = if self.draining.load(Ordering::Acquire) {
            "draining"
        } else if checks.iter().all(|check| check.ok) {
            "ready"
        } else {
            "unavailable"
        };
        ReadyAnswer { status, checks }
    }
}

/// The body of `/readyz`. Why a check failed is in the log, not here.
#[derive(Debug, Serialize)]
pub(crate) struct ReadyAnswer {
    pub(crate) status: &'static str,
    checks: Vec<CheckAnswer>,
}

#[derive(Debug, Serialize)]
struct CheckAnswer {
    name: &'static str,
    ok: bool,
    milliseconds: u64,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readiness")
    }
}
