use std::time::Duration;

/// How patient a dispatcher is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The most events of a batch.
    pub batch: u16,
    /// The most bytes of a batch's body; an event larger than that travels alone.
    pub batch_bytes: usize,
    /// How long a claimed batch belongs to its dispatcher. After that another one may send it.
    pub lease: Duration,
    /// How long one request may take. At most half the lease, so that a batch can be settled in time.
    pub send_timeout: Duration,
    /// How long a woken dispatcher waits for more events to come, so that a busy shop sends batches. A fraction
    /// of what the statuses' readers notice (COU-5: 15 s).
    pub linger: Duration,
    /// How often to look for events that other replicas emitted.
    pub tick: Duration,
    /// Failures after which an event becomes a dead letter.
    pub max_failures: i32,
    /// Pause after the first failure of an event, doubled for each further one.
    pub first_pause: Duration,
    /// The longest pause between tries of an event.
    pub longest_pause: Duration,
    /// Pause between tries of a dead letter (FLR-2: every minute).
    pub dead_pause: Duration,
    /// Pause after the first failed contact with a subscriber, doubled for each further one.
    pub first_outage_pause: Duration,
    /// The longest pause between tries to reach a subscriber that is down. Short: a try is one small request.
    pub longest_outage_pause: Duration,
    /// How long events are kept after they happened and were delivered.
    pub retention: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            batch: 100,
            batch_bytes: 48 * 1_024,
            lease: Duration::from_secs(30),
            send_timeout: Duration::from_secs(10),
            linger: Duration::from_millis(50),
            tick: Duration::from_millis(500),
            max_failures: 12,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(1),
            dead_pause: Duration::from_mins(1),
            first_outage_pause: Duration::from_millis(200),
            longest_outage_pause: Duration::from_secs(5),
            retention: Duration::from_hours(7 * 24),
        }
    }
}

impl Policy {
    /// Pause before an event is tried again after this many failures.
    pub(crate) fn pause(&self, failures: i32) -> Duration {
        jittered(exponential(self.first_pause, self.longest_pause, failures))
    }

    /// Pause before a subscriber is tried again after this many failed contacts in a row.
    pub(crate) fn outage_pause(&self, outages: i32) -> Duration {
        jittered(exponential(
            self.first_outage_pause,
            self.longest_outage_pause,
            outages,
        ))
    }
}

/// `first`, doubled for each failure after the first one, up to `longest`.
fn exponential(first: Duration, longest: Duration, failures: i32) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0).min(20);
    first.saturating_mul(1 << doublings).min(longest)
}

/// Between half and all of it, so that what failed together is not tried together for ever.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + 0.5 * kernel::random::fraction())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let policy = Policy::default();
        let longest = |failures| exponential(policy.first_pause, policy.longest_pause, failures).as_secs();
        assert_eq!(
            [1, 2, 3, 6, 7, 12, i32::MAX].map(longest),
            [1, 2, 4, 32, 60, 60, 60]
        );
        for _ in 0..100 {
            let pause = policy.pause(7);
            assert!((30.0..=60.0).contains(&pause.as_secs_f64()), "{pause:?}");
        }
    }
}
