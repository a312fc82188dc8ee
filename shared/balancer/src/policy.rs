use std::time::Duration;

/// How a [`crate::Client`] treats its replicas. The defaults suit calls between services in one site.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Longest time for establishing a connection; past it the replica counts as unreachable.
    pub connect_timeout: Duration,
    /// Longest time for one try, answer body included.
    pub try_timeout: Duration,
    /// Longest time for the whole call, retries and pauses included. [`crate::Request::deadline`] overrides it.
    pub deadline: Duration,
    /// Longest time until a forwarded request's answer starts; its body may stream for longer.
    pub forward_timeout: Duration,
    /// Retries of one call after its first try. FLR-1 asks for three.
    pub retries: u32,
    /// Pause before a retry on a replica that was tried already; doubles each time and is jittered.
    /// A retry on a fresh replica does not wait.
    pub backoff: Duration,
    /// Retries allowed per call in the long run: 0.2 lets the calls add a fifth to the load at most.
    pub retry_ratio: f64,
    /// Retries allowed at once beyond the ratio, refilled once in ten seconds.
    pub retry_burst: u32,
    /// Failures in a row that eject a replica.
    pub eject_after: u32,
    /// How long the first ejection lasts; each failed probe doubles it.
    pub probation: Duration,
    /// The longest ejection.
    pub max_probation: Duration,
    /// Time in which the latency average forgets by a factor of e.
    pub decay: Duration,
    /// Latency assumed of a replica that has not answered yet and is already busy; an idle new one is asked first.
    pub initial_latency: Duration,
    /// Requests one replica may be busy with for this client; beyond, it counts as unusable.
    pub max_in_flight: usize,
    /// Idle connections kept for each replica.
    pub idle_connections: usize,
    /// Idle connections are closed after this time. Keep it below the servers' own limit.
    pub idle_timeout: Duration,
    /// Largest answer body [`crate::Client::send`] accepts, in bytes.
    pub max_body: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(1),
            try_timeout: Duration::from_secs(3),
            deadline: Duration::from_secs(8),
            forward_timeout: Duration::from_secs(30),
            retries: 3,
            backoff: Duration::from_millis(25),
            retry_ratio: 0.2,
            retry_burst: 20,
            eject_after: 3,
            probation: Duration::from_millis(200),
            max_probation: Duration::from_secs(5),
            decay: Duration::from_secs(5),
            initial_latency: Duration::from_millis(30),
            max_in_flight: 1_024,
            idle_connections: 64,
            idle_timeout: Duration::from_secs(20),
            max_body: 4 << 20,
        }
    }
}
