//! Runs something again and again and keeps how long each took.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How long the runs of something took.
#[derive(Debug, Clone)]
pub struct Timings {
    sorted_us: Vec<u32>,
    elapsed: Duration,
}

impl Timings {
    /// These runs, which took `elapsed` together.
    pub fn of(took: Vec<Duration>, elapsed: Duration) -> Self {
        let us = |took: Duration| u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        let mut sorted_us: Vec<u32> = took.into_iter().map(us).collect();
        sorted_us.sort_unstable();
        Self { sorted_us, elapsed }
    }

    /// How many runs there were.
    pub fn count(&self) -> usize {
        self.sorted_us.len()
    }

    /// Runs a second.
    pub fn rate(&self) -> f64 {
        as_f64(self.count()) / self.elapsed.as_secs_f64()
    }

    /// The time in milliseconds that this share of the runs stayed within.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length"
        )]
        let index = (as_f64(self.count()) * share) as usize;
        let us = self
            .sorted_us
            .get(index.min(self.count().saturating_sub(1)))
            .copied()
            .unwrap_or_default();
        f64::from(us) / 1_000.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
pub fn as_f64(count: usize) -> f64 {
    count as f64
}

/// Lets every worker run `once` until the time is over. A worker whose run fails ends the measurement.
pub async fn hammer<W, F, Fut>(workers: Vec<W>, duration: Duration, once: F) -> anyhow::Result<Timings>
where
    W: Send + 'static,
    F: Fn(W) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = anyhow::Result<W>> + Send,
{
    let begun = Instant::now();
    let tasks: Vec<_> = workers
        .into_iter()
        .map(|mut worker| {
            let once = once.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                while begun.elapsed() < duration {
                    let start = Instant::now();
                    worker = once(worker).await?;
                    took.push(start.elapsed());
                }
                anyhow::Ok(took)
            })
        })
        .collect();
    timings(tasks, begun).await
}

/// Lets workers run `once` so many times a second together, spread evenly, as people do who read in between. The time
/// counts from when a run was due: a late answer delays nobody's count (coordinated omission).
pub async fn paced<W, F, Fut>(
    workers: Vec<W>,
    per_second: f64,
    duration: Duration,
    once: F,
) -> anyhow::Result<Timings>
where
    W: Send + 'static,
    F: Fn(W) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = anyhow::Result<W>> + Send,
{
    let between = Duration::from_secs_f64(1.0 / per_second.max(1.0));
    let count = u32::try_from(workers.len())?;
    // Nobody is due before all are connected: whoever was would be late from the start.
    let begun = Instant::now();
    let tasks: Vec<_> = (0..count)
        .zip(workers)
        .map(|(nth, mut worker)| {
            let once = once.clone();
            let mut due = begun + between * nth;
            tokio::spawn(async move {
                let mut took = Vec::new();
                while begun.elapsed() < duration {
                    tokio::time::sleep_until(due).await;
                    worker = once(worker).await?;
                    took.push(due.elapsed());
                    due += between * count;
                }
                anyhow::Ok(took)
            })
        })
        .collect();
    timings(tasks, begun).await
}

/// What all workers' runs took, once they have ended.
async fn timings(
    tasks: Vec<JoinHandle<anyhow::Result<Vec<Duration>>>>,
    begun: Instant,
) -> anyhow::Result<Timings> {
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    Ok(Timings::of(took, begun.elapsed()))
}
