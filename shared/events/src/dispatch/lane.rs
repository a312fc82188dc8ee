use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;
use tokio::sync::Notify;

use super::Policy;

/// The way to one subscriber. Lanes share nothing, so a subscriber that is down delays nobody else.
#[derive(Debug)]
pub(super) struct Lane {
    pub subscriber: String,
    pub signal: Arc<Notify>,
    pace: Mutex<Pace>,
}

/// How fast a lane goes at present.
#[derive(Debug)]
struct Pace {
    /// Events of the next batch: one after trouble, so that a bad event is found, then doubled by success.
    size: u16,
    /// Failed contacts in a row.
    outages: i32,
    /// The subscriber was down: nothing is sent before.
    not_before: Option<OffsetDateTime>,
}

impl Lane {
    pub fn new(subscriber: &str, policy: &Policy) -> Self {
        Self {
            subscriber: subscriber.to_owned(),
            signal: Arc::new(Notify::new()),
            pace: Mutex::new(Pace {
                size: policy.batch,
                outages: 0,
                not_before: None,
            }),
        }
    }

    /// How many events to send now; `None` while the subscriber is given time to recover.
    pub fn batch_size(&self, now: OffsetDateTime) -> Option<u16> {
        let pace = self.pace();
        pace.not_before.is_none_or(|at| at <= now).then_some(pace.size)
    }

    /// A batch was taken. Answers whether the subscriber could not be reached before.
    pub fn succeeded(&self, policy: &Policy) -> bool {
        let mut pace = self.pace();
        let was_out = pace.outages > 0;
        pace.outages = 0;
        pace.not_before = None;
        pace.size = pace.size.saturating_mul(2).min(policy.batch);
        was_out
    }

    /// A batch was refused as a whole.
    pub fn refused(&self) {
        let mut pace = self.pace();
        pace.outages = 0;
        pace.size = 1;
    }

    /// The subscriber could not be reached. Answers when it may be tried again, and whether this is news.
    pub fn unavailable(&self, policy: &Policy, now: OffsetDateTime) -> (OffsetDateTime, bool) {
        let mut pace = self.pace();
        pace.outages = pace.outages.saturating_add(1);
        pace.size = 1;
        let at = now + policy.outage_pause(pace.outages);
        pace.not_before = Some(at);
        (at, pace.outages == 1)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
