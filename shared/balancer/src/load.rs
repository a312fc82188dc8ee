use std::time::Duration;

use tokio::time::Instant;

/// A moving average of latency that follows peaks at once and recovers slowly (peak EWMA): a replica that has just
/// been slow is avoided before it has spoilt many requests. Without samples it sinks, so an idle replica is tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeakEwma {
    /// None before the first sample.
    seconds: Option<f64>,
    at: Instant,
}

impl PeakEwma {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            seconds: None,
            at: now,
        }
    }

    /// Takes in a latency seen at `now`.
    pub(crate) fn observe(&mut self, latency: Duration, decay: Duration, now: Instant) {
        let sample = latency.as_secs_f64();
        let kept = self.weight(decay, now);
        self.seconds = Some(match self.seconds {
            Some(seconds) if sample <= seconds * kept => seconds * kept + sample * (1.0 - kept),
            _ => sample,
        });
        self.at = now;
    }

    /// Takes in that an answer would have taken longer than `latency`: raises the average or leaves it.
    pub(crate) fn observe_at_least(&mut self, latency: Duration, decay: Duration, now: Instant) {
        if self
            .seconds(decay, now)
            .is_some_and(|seconds| latency.as_secs_f64() > seconds)
        {
            self.observe(latency, decay, now);
        }
    }

    /// The average in seconds as of `now`; none before the first sample.
    pub(crate) fn seconds(&self, decay: Duration, now: Instant) -> Option<f64> {
        Some(self.seconds? * self.weight(decay, now))
    }

    /// How much of the average is left since the last sample.
    fn weight(&self, decay: Duration, now: Instant) -> f64 {
        let idle = now.saturating_duration_since(self.at).as_secs_f64();
        (-idle / decay.as_secs_f64().max(f64::MIN_POSITIVE)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECAY: Duration = Duration::from_secs(10);

    #[test]
    fn a_peak_counts_at_once_and_is_forgotten_slowly() {
        let start = Instant::now();
        let mut ewma = PeakEwma::new(start);
        assert_eq!(ewma.seconds(DECAY, start), None);
        ewma.observe(Duration::from_millis(1), DECAY, start);
        ewma.observe_at_least(Duration::from_micros(10), DECAY, start);
        assert_eq!(ewma.seconds(DECAY, start), Some(0.001));
        ewma.observe(Duration::from_millis(900), DECAY, start);
        assert_eq!(ewma.seconds(DECAY, start), Some(0.9));
        let mut now = start;
        for _ in 0..10 {
            now += Duration::from_millis(100);
            ewma.observe(Duration::from_millis(1), DECAY, now);
        }
        let after_a_second = ewma.seconds(DECAY, now).expect("samples");
        assert!((0.5..0.9).contains(&after_a_second), "{after_a_second}");
        assert!(
            ewma.seconds(DECAY, now + Duration::from_mins(1))
                .expect("samples")
                < 0.01
        );
    }
}
