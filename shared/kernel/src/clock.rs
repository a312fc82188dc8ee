use std::sync::Arc;

use time::OffsetDateTime;

/// Where time comes from. Production uses [`SystemClock`]; tests hold a clock they move by hand.
pub trait Clock: Send + Sync + 'static {
    /// The present moment in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// A clock that many parts hold.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock, cut to microseconds, the resolution PostgreSQL keeps.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the wall clock"
        )]
        let now = OffsetDateTime::now_utc();
        now.replace_nanosecond(now.nanosecond() / 1_000 * 1_000)
            .unwrap_or(now)
    }
}
