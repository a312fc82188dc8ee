use std::time::Duration;

use http::StatusCode;

use crate::Endpoint;

/// How one try on one replica ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It answered with this status.
    Answered(StatusCode),
    /// No connection could be established.
    Unreachable,
    /// The connection broke after the request may have been sent.
    Broken,
    /// It took longer than the policy allows.
    TimedOut,
    /// The caller went away before there was an answer.
    Abandoned,
}

impl Outcome {
    /// Whether the replica is to blame: it could not be reached, broke off, timed out, or answered 502, 503 or 504.
    pub fn is_failure(self) -> bool {
        match self {
            Self::Answered(status) => matches!(status.as_u16(), 502..=504),
            Self::Unreachable | Self::Broken | Self::TimedOut => true,
            Self::Abandoned => false,
        }
    }

    /// A label for metrics: `answered`, `unreachable`, `broken`, `timed_out` or `abandoned`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Answered(_) => "answered",
            Self::Unreachable => "unreachable",
            Self::Broken => "broken",
            Self::TimedOut => "timed_out",
            Self::Abandoned => "abandoned",
        }
    }
}

/// A listener for what a client does, to feed metrics. Called on the request's own task: keep it cheap.
pub trait Observe: Send + Sync + 'static {
    /// One try on `endpoint` ended after `latency`.
    fn tried(&self, client: &str, endpoint: &Endpoint, outcome: Outcome, latency: Duration) {
        let _ = (client, endpoint, outcome, latency);
    }

    /// A call is tried once more.
    fn retried(&self, client: &str) {
        let _ = client;
    }

    /// A retry was due but the budget is used up.
    fn retry_refused(&self, client: &str) {
        let _ = client;
    }

    /// `endpoint` gets no requests until it is probed after `probation`.
    fn ejected(&self, client: &str, endpoint: &Endpoint, probation: Duration) {
        let _ = (client, endpoint, probation);
    }

    /// `endpoint` answered again and is back in use.
    fn returned(&self, client: &str, endpoint: &Endpoint) {
        let _ = (client, endpoint);
    }

    /// A call failed at once because no replica could be used.
    fn failed_fast(&self, client: &str) {
        let _ = client;
    }
}

/// The listener of a client that was given none.
pub(crate) struct Nobody;

impl Observe for Nobody {}
