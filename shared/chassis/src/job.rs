use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use telemetry::Metrics;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use crate::Shutdown;

/// Whatever a job may fail with; `anyhow::Error` and every error type turn into it with `?`.
pub type JobError = Box<dyn std::error::Error + Send + Sync>;

/// How long a job waits after its first failure; twice as long after each further one in a row, at most its period.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What a run is counted as that did what it should.
const OK: &str = "ok";

type Run = Box<dyn Fn() -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// Work that a service does by itself: at once when it starts, then at every tick or call.
///
/// Runs of one job never overlap. An error or a panic is logged and counted, and the job runs again after a second, then two,
/// four and so on until its period: what failed since the database was busy for a moment does not wait for a day. A run
/// that has begun is finished on shutdown. Runs take no input: each looks for what there is to do, so that
/// one lost call or one crash changes nothing.
pub struct Job {
    name: &'static str,
    every: Duration,
    wake: Option<Arc<Notify>>,
    run: Run,
}

impl Job {
    /// A job that runs every `every`, counted from the end of a run that took longer.
    pub fn periodic<F, Fut, E>(name: &'static str, every: Duration, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<JobError>,
    {
        Self {
            name,
            every,
            wake: None,
            run: Box::new(move || {
                let run = run();
                async move { run.await.map_err(Into::into) }.boxed()
            }),
        }
    }

    /// A job that also runs when `wake` is notified. A call that comes during a run causes one more run
    /// right after it; several calls cause one.
    pub fn signalled<F, Fut, E>(name: &'static str, every: Duration, wake: Arc<Notify>, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<JobError>,
    {
        Self {
            wake: Some(wake),
            ..Self::periodic(name, every, run)
        }
    }

    /// The job's name in logs and metrics.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Runs until the soft stop is ordered and the present run is over.
    pub(crate) async fn work(self, metrics: Metrics, shutdown: Shutdown) {
        let runs = metrics.counter_vec("job_runs_total", "Finished runs of jobs.", &["job", "outcome"]);
        let seconds = metrics.histogram_vec(
            "job_duration_seconds",
            "Time a run of a job took.",
            &["job"],
            &telemetry::HTTP_BUCKETS,
        );
        let mut ticks = tokio::time::interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pause = FIRST_PAUSE;
        while let Some(due) = self.due(&mut ticks, &shutdown).await {
            let started = Instant::now();
            let outcome = telemetry::begun(self.name, self.run_once()).await;
            runs.with_label_values(&[self.name, outcome]).inc();
            seconds
                .with_label_values(&[self.name])
                .observe(started.elapsed().as_secs_f64());
            if outcome == OK {
                pause = FIRST_PAUSE;
                continue;
            }
            pause = pause.min(self.every);
            ticks.reset_after(pause);
            if due == Due::ByTime {
                pause *= 2;
            }
        }
        tracing::debug!(job = self.name, "job stopped");
    }

    /// Waits for the next run; `None` when there is to be none.
    async fn due(&self, ticks: &mut tokio::time::Interval, shutdown: &Shutdown) -> Option<Due> {
        let called = async {
            match &self.wake {
                Some(wake) => wake.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = shutdown.wait() => None,
            () = called => Some(Due::Called),
            _ = ticks.tick() => Some(Due::ByTime),
        }
    }

    async fn run_once(&self) -> &'static str {
        // Jobs hold no state between runs, so a panic leaves nothing half done behind.
        match AssertUnwindSafe(async { (self.run)().await })
            .catch_unwind()
            .await
        {
            Ok(Ok(())) => OK,
            Ok(Err(error)) => {
                tracing::error!(job = self.name, error = %chain(&*error), "job failed");
                "error"
            }
            Err(panic) => {
                tracing::error!(job = self.name, panic = panic_text(&*panic), "job panicked");
                "panic"
            }
        }
    }
}

/// Why a run begins.
#[derive(PartialEq, Eq)]
enum Due {
    ByTime,
    Called,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// What a panic said, where it said anything.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
