use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::Policy;

/// Time in which the whole burst is refilled.
const REFILL: Duration = Duration::from_secs(10);

/// How many retries are affordable: every call earns a fraction of one, so that a broken service is not buried
/// under the retries of all its callers.
#[derive(Debug)]
pub(crate) struct Budget {
    ratio: f64,
    burst: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    at: Instant,
}

impl Budget {
    pub(crate) fn new(policy: &Policy, now: Instant) -> Self {
        let burst = f64::from(policy.retry_burst);
        Self {
            ratio: policy.retry_ratio,
            burst,
            state: Mutex::new(State {
                tokens: burst,
                at: now,
            }),
        }
    }

    /// Counts a call.
    pub(crate) fn earn(&self) {
        let mut state = self.state.lock().expect("no holder panics");
        state.tokens = (state.tokens + self.ratio).min(self.burst);
    }

    /// Pays for a retry; false if there is nothing left.
    pub(crate) fn spend(&self, now: Instant) -> bool {
        let mut state = self.state.lock().expect("no holder panics");
        let idle = now.saturating_duration_since(state.at);
        let refill = self.burst * idle.as_secs_f64() / REFILL.as_secs_f64();
        state.tokens = (state.tokens + refill).min(self.burst);
        state.at = now;
        let affordable = state.tokens >= 1.0;
        if affordable {
            state.tokens -= 1.0;
        }
        affordable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_fraction_of_calls_beyond_the_burst() {
        let now = Instant::now();
        let policy = Policy {
            retry_burst: 10,
            retry_ratio: 0.2,
            ..Policy::default()
        };
        let budget = Budget::new(&policy, now);
        let spent = (0..1_000)
            .filter(|_| {
                budget.earn();
                budget.spend(now)
            })
            .count();
        assert!((205..=212).contains(&spent), "{spent}");
        assert!(!budget.spend(now));
        assert!(budget.spend(now + Duration::from_secs(1)), "refilled with time");
    }
}
