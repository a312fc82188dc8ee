//! Says whether more was sold than there is (STK-4): a rollout is decided on it, and somebody is called.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chassis::Job;
use pg::Pg;
use telemetry::Metrics;
use tokio::sync::Mutex;

/// How often the shelves of late are looked at, at most.
const EVERY: Duration = Duration::from_secs(30);
/// Looking takes at most such a part of the time: with tens of thousands of open reservations it takes a second of a
/// processor, which orders need.
const PART: u32 = 50;
/// The longest rest: rollouts are decided each minute.
const REST: Duration = Duration::from_secs(55);
/// How often all are, which takes seconds where there are millions.
const ALL_EVERY: Duration = Duration::from_hours(1);

/// Shelves that one statement looks at then; as long as it took belongs to others after it. Not longer, since nobody looks
/// at the shelves of late meanwhile.
const AT_ONCE: i64 = 50_000;

/// What was seen when all shelves were looked at.
#[derive(Debug, Default)]
struct Seen {
    at: Option<Instant>,
    broken: i64,
    /// Not before then are the shelves of late looked at.
    rests_until: Option<Instant>,
}

/// How long nobody looks after looking took so long.
fn rest(took: Duration) -> Duration {
    took.saturating_mul(PART).min(REST)
}

impl Seen {
    /// Whether the shelves of late were looked at just now, for the time that it took.
    fn rests(&self, now: Instant) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }

    /// Whether all shelves are to be looked at: since it is time, or since something is wrong. What was wrong once is
    /// until it is mended, however much has been moved since.
    fn is_over(&self, now: Instant, lately: i64) -> bool {
        lately > 0 || self.broken > 0 || self.at.is_none_or(|at| now.duration_since(at) >= ALL_EVERY)
    }
}

/// Keeps the gauge of shelves on which the numbers cannot be.
pub fn watch_stock(pg: &Pg, metrics: &Metrics) -> Job {
    let (pg, metrics) = (pg.clone(), metrics.clone());
    let seen = Arc::new(Mutex::new(Seen::default()));
    Job::periodic("watch-stock", EVERY, move || {
        let (pg, metrics, seen) = (pg.clone(), metrics.clone(), Arc::clone(&seen));
        async move {
            let mut seen = seen.lock().await;
            let gauge = metrics.gauge(
                "stock_violations",
                "Shelves on which more is held than lies there, or other than open reservations say.",
            );
            let begun = Instant::now();
            if seen.rests(begun) {
                return Ok(());
            }
            let lately = catalog_store::oversold_lately(&pg).await;
            let now = Instant::now();
            seen.rests_until = Some(now + rest(now.duration_since(begun)));
            let lately = lately?;
            gauge.set(lately.max(seen.broken));
            if seen.is_over(now, lately) {
                seen.broken = catalog_store::oversold(&pg, AT_ONCE, tokio::time::sleep).await?;
                seen.at = Some(now);
                gauge.set(seen.broken);
            }
            Ok::<_, pg::sqlx::Error>(())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_looked_at_each_hour_and_while_something_is_wrong() {
        let start = Instant::now();
        assert!(Seen::default().is_over(start, 0));
        let sound = Seen {
            at: Some(start),
            ..Seen::default()
        };
        assert!(!sound.is_over(start + ALL_EVERY / 2, 0));
        assert!(sound.is_over(start + EVERY, 1));
        assert!(sound.is_over(start + ALL_EVERY, 0));
        let broken = Seen {
            at: Some(start),
            broken: 2,
            ..Seen::default()
        };
        assert!(broken.is_over(start + EVERY, 0), "lately nothing moved there");
    }

    #[test]
    fn looking_rests_until_it_is_time_again() {
        let start = Instant::now();
        assert!(!Seen::default().rests(start));
        let seen = Seen {
            rests_until: Some(start + EVERY * 2),
            ..Seen::default()
        };
        assert!(seen.rests(start + EVERY));
        assert!(!seen.rests(start + EVERY * 2));
        assert_eq!(rest(Duration::from_millis(200)), Duration::from_secs(10));
        assert_eq!(rest(Duration::from_secs(5)), REST, "rollouts do not wait longer");
    }
}
