use std::sync::Arc;

use tokio::sync::Notify;

/// Tells a dispatcher in this process that there are new events. Cheap to clone and to call; a call while the
/// dispatcher is busy is remembered.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<[Arc<Notify>]>);

impl Wake {
    /// One signal for each subscriber.
    pub(crate) fn new(signals: impl IntoIterator<Item = Arc<Notify>>) -> Self {
        Self(signals.into_iter().collect())
    }

    /// Makes the dispatcher look for due deliveries now. Call it after the commit of what emitted.
    ///
    /// A default `Wake` belongs to no dispatcher and does nothing: a process that only emits leaves delivery to
    /// the dispatchers' ticks.
    pub fn wake(&self) {
        for signal in self.0.iter() {
            signal.notify_one();
        }
    }
}
