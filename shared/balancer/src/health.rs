use std::time::Duration;

use tokio::time::Instant;

use crate::Policy;

/// Whether a replica may be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Like any other.
    Serving,
    /// Its ejection is over: one request may find out whether it serves again.
    Due,
    /// Not now.
    Out,
}

/// What a result changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Ejected(Duration),
    Returned,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Serving,
    Ejected { until: Instant },
    Probing,
}

/// The health of one replica, judged by the requests it is given: failures in a row eject it, a probe that fails
/// doubles the time to the next one, any success brings it back at once.
#[derive(Debug)]
pub(crate) struct Health {
    phase: Phase,
    /// Failures in a row.
    failures: u32,
    /// Ejections in a row.
    ejections: u32,
}

impl Health {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Serving,
            failures: 0,
            ejections: 0,
        }
    }

    pub(crate) fn standing(&self, now: Instant) -> Standing {
        match self.phase {
            Phase::Serving => Standing::Serving,
            Phase::Ejected { until } if now >= until => Standing::Due,
            Phase::Ejected { .. } | Phase::Probing => Standing::Out,
        }
    }

    /// Takes the replica for one request. False if it cannot be used after all; a probe admits one request only.
    pub(crate) fn admit(&mut self, now: Instant) -> bool {
        match self.standing(now) {
            Standing::Serving => true,
            Standing::Due => {
                self.phase = Phase::Probing;
                true
            }
            Standing::Out => false,
        }
    }

    pub(crate) fn success(&mut self) -> Change {
        self.failures = 0;
        self.ejections = 0;
        match std::mem::replace(&mut self.phase, Phase::Serving) {
            Phase::Serving => Change::None,
            Phase::Ejected { .. } | Phase::Probing => Change::Returned,
        }
    }

    /// Takes in a failure. `jitter` in 0..1 spreads the probes of many clients over half of the probation;
    /// `spare` says that it is not to be ejected: it can be reached and is the only one left.
    pub(crate) fn failure(&mut self, policy: &Policy, now: Instant, jitter: f64, spare: bool) -> Change {
        self.failures = self.failures.saturating_add(1);
        match self.phase {
            // A late answer to a request from before the ejection says nothing new.
            Phase::Ejected { .. } => return Change::None,
            Phase::Serving if spare || self.failures < policy.eject_after => return Change::None,
            Phase::Probing if spare => {
                self.phase = Phase::Serving;
                return Change::Returned;
            }
            Phase::Serving | Phase::Probing => {}
        }
        let doubled = policy
            .probation
            .saturating_mul(2_u32.saturating_pow(self.ejections));
        let probation = doubled.min(policy.max_probation).mul_f64(0.5 + jitter / 2.0);
        self.ejections = self.ejections.saturating_add(1);
        self.phase = Phase::Ejected {
            until: now + probation,
        };
        Change::Ejected(probation)
    }

    /// A request ended without a verdict. If it was the probe, the next one may probe.
    pub(crate) fn abandoned(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Probing) {
            self.phase = Phase::Ejected { until: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy {
            eject_after: 3,
            probation: Duration::from_secs(1),
            max_probation: Duration::from_secs(6),
            ..Policy::default()
        }
    }

    #[test]
    fn failures_in_a_row_eject_and_probes_back_off() {
        let policy = policy();
        let mut now = Instant::now();
        let mut health = Health::new();
        for _ in 0..2 {
            assert_eq!(health.failure(&policy, now, 1.0, false), Change::None);
        }
        assert_eq!(health.success(), Change::None);
        for _ in 0..2 {
            assert_eq!(health.failure(&policy, now, 1.0, false), Change::None);
        }
        for seconds in [1, 2, 4, 6, 6] {
            let probation = Duration::from_secs(seconds);
            assert_eq!(
                health.failure(&policy, now, 1.0, false),
                Change::Ejected(probation)
            );
            assert_eq!(
                health.failure(&policy, now, 1.0, false),
                Change::None,
                "a late failure"
            );
            assert_eq!(health.standing(now + probation / 2), Standing::Out);
            now += probation;
            assert_eq!(health.standing(now), Standing::Due);
            assert!(health.admit(now));
            assert!(!health.admit(now), "one probe at a time");
        }
        assert_eq!(health.success(), Change::Returned);
        assert_eq!(health.standing(now), Standing::Serving);
    }

    #[test]
    fn an_abandoned_probe_frees_the_place_for_the_next() {
        let (policy, now) = (policy(), Instant::now());
        let mut health = Health::new();
        for _ in 0..3 {
            health.failure(&policy, now, 0.0, false);
        }
        let later = now + Duration::from_millis(500);
        assert!(health.admit(later), "jitter shortens to half at most");
        health.abandoned(later);
        assert!(health.admit(later));
    }

    #[test]
    fn the_last_one_is_spared() {
        let (policy, now) = (policy(), Instant::now());
        let mut health = Health::new();
        for _ in 0..10 {
            assert_eq!(health.failure(&policy, now, 0.0, true), Change::None);
        }
        assert_eq!(health.standing(now), Standing::Serving);
    }
}
