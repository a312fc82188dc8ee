use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use crate::client::Inner;
use crate::health::{Change, Health, Standing};
use crate::load::PeakEwma;
use crate::{Endpoint, Outcome, Policy};

/// One replica with what this client knows of it.
pub(crate) struct Member {
    pub(crate) endpoint: Endpoint,
    in_flight: AtomicUsize,
    state: Mutex<State>,
}

pub(crate) struct State {
    latency: PeakEwma,
    health: Health,
}

impl Member {
    pub(crate) fn new(endpoint: Endpoint, now: Instant) -> Self {
        Self {
            endpoint,
            in_flight: AtomicUsize::new(0),
            state: Mutex::new(State {
                latency: PeakEwma::new(now),
                health: Health::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(crate) fn standing(&self, now: Instant) -> Standing {
        self.state().health.standing(now)
    }

    /// The average latency as of `now`; none before the first answer.
    pub(crate) fn latency(&self, policy: &Policy, now: Instant) -> Option<Duration> {
        self.state()
            .latency
            .seconds(policy.decay, now)
            .map(Duration::from_secs_f64)
    }

    /// Standing, and what one more request would cost: latency times the requests it would be busy with.
    pub(crate) fn appraise(&self, policy: &Policy, now: Instant) -> (Standing, f64) {
        let state = self.state();
        let waiting = u32::try_from(self.in_flight()).unwrap_or(u32::MAX);
        let seconds = match state.latency.seconds(policy.decay, now) {
            // A microsecond at least, so that queues count even where latency has sunk to nothing.
            Some(seconds) => seconds.max(1e-6),
            // Unknown and idle: asked first, once, to learn its latency.
            None if waiting == 0 => 0.0,
            None => policy.initial_latency.as_secs_f64(),
        };
        (state.health.standing(now), seconds * (f64::from(waiting) + 1.0))
    }

    /// Takes the probe of a replica that is due; false if another request was faster.
    pub(crate) fn admit(&self, now: Instant) -> bool {
        self.state().health.admit(now)
    }
}

/// One request's place at a replica: counted as in flight until dropped; without a verdict it counts as abandoned.
pub(crate) struct Ticket {
    pub(crate) member: Arc<Member>,
    client: Arc<Inner>,
    started: Instant,
    settled: bool,
}

impl Ticket {
    pub(crate) fn new(client: Arc<Inner>, member: Arc<Member>, started: Instant) -> Self {
        member.in_flight.fetch_add(1, Ordering::Relaxed);
        Self {
            member,
            client,
            started,
            settled: false,
        }
    }

    /// Takes in how the try ended.
    pub(crate) fn settle(&mut self, outcome: Outcome) {
        self.settled = true;
        let now = Instant::now();
        let latency = now.saturating_duration_since(self.started);
        self.judge(outcome, latency, now);
        let client = &self.client;
        client
            .observer
            .tried(&client.name, &self.member.endpoint, outcome, latency);
    }

    /// Takes in that the answer's body broke off after its head had been judged.
    pub(crate) fn broke_off(&mut self) {
        self.judge(Outcome::Broken, Duration::ZERO, Instant::now());
    }

    fn judge(&self, outcome: Outcome, latency: Duration, now: Instant) {
        let (client, policy) = (&self.client, &self.client.policy);
        // A 503 from the only one left says more than "unavailable" would; an unreachable one says nothing.
        let spare = matches!(outcome, Outcome::Answered(_))
            && outcome.is_failure()
            && client.is_last(&self.member, now);
        let mut state = self.member.state();
        let change = match outcome {
            // Failing fast must not look like being fast, so a failure can only raise the average.
            outcome if outcome.is_failure() => {
                state.latency.observe_at_least(latency, policy.decay, now);
                state.health.failure(policy, now, rand::random(), spare)
            }
            Outcome::Abandoned => {
                state.latency.observe_at_least(latency, policy.decay, now);
                state.health.abandoned(now);
                Change::None
            }
            _ => {
                let change = state.health.success();
                if change == Change::Returned {
                    // What it was like before says nothing about what it is like now.
                    state.latency = PeakEwma::new(now);
                }
                state.latency.observe(latency, policy.decay, now);
                change
            }
        };
        drop(state);
        let endpoint = &self.member.endpoint;
        match change {
            Change::None => {}
            // Between trials there is nothing where they are: no news.
            Change::Ejected(probation) if client.is_canary(&self.member) => {
                tracing::debug!(client = %client.name, %endpoint, ?probation, reason = outcome.label(), "canary ejected");
            }
            Change::Ejected(probation) => {
                tracing::warn!(client = %client.name, %endpoint, ?probation, reason = outcome.label(), "replica ejected");
                client.observer.ejected(&client.name, endpoint, probation);
            }
            Change::Returned => {
                tracing::info!(client = %client.name, %endpoint, "replica is back");
                client.observer.returned(&client.name, endpoint);
            }
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.member.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.settled {
            self.settle(Outcome::Abandoned);
        }
    }
}
