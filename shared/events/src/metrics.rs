use prometheus::{HistogramVec, IntCounterVec, IntGauge, IntGaugeVec};

/// What dispatchers and receivers of one service count.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    /// Deliveries taken, duplicates included, by subscriber.
    pub delivered: IntCounterVec,
    /// Deliveries that failed, by subscriber and reason: `failed`, `rejected`, `refused`, `unavailable`.
    pub failed: IntCounterVec,
    /// Dead letters now, by subscriber.
    pub dead: IntGaugeVec,
    /// Dead letters now, of what came through a broker.
    pub dead_here: IntGauge,
    /// Seconds since the oldest event that still waits happened, by subscriber.
    pub oldest: IntGaugeVec,
    /// Seconds from event to delivery, by subscriber.
    pub lag: HistogramVec,
    /// Batches whose lease was over before they were settled, by subscriber.
    pub lost_leases: IntCounterVec,
    /// Events received, by outcome.
    pub received: IntCounterVec,
}

impl Metrics {
    pub fn new(service: &telemetry::Metrics) -> Self {
        Self {
            delivered: service.counter_vec(
                "events_delivered_total",
                "Events a subscriber has taken.",
                &["subscriber"],
            ),
            failed: service.counter_vec(
                "events_failed_total",
                "Deliveries that failed, by why.",
                &["subscriber", "reason"],
            ),
            dead: service.gauge_vec(
                "events_dead_letters",
                "Events that a subscriber rejected or failed too often to apply.",
                &["subscriber"],
            ),
            dead_here: service.gauge(
                "events_received_dead_letters",
                "Events that came through a broker and could not be applied here.",
            ),
            oldest: service.gauge_vec(
                "events_oldest_undelivered_seconds",
                "Age of the oldest event that waits for delivery; 0 when none waits.",
                &["subscriber"],
            ),
            lag: service.histogram_vec(
                "events_delivery_lag_seconds",
                "Time from an event to its delivery.",
                &["subscriber"],
                &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 15.0, 60.0, 600.0],
            ),
            lost_leases: service.counter_vec(
                "events_lost_leases_total",
                "Batches whose lease ran out before they were settled.",
                &["subscriber"],
            ),
            received: service.counter_vec(
                "events_received_total",
                "Events received, by outcome.",
                &["outcome"],
            ),
        }
    }
}
