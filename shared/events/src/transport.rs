use std::future::Future;

use crate::{CloudEvent, DeliveryReport};

/// Why a batch as a whole was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The subscriber cannot be reached or cannot serve at present. Not the events' fault: they wait.
    #[error("{0}")]
    Unavailable(String),
    /// The subscriber is there but will not take this batch. May be one event's fault: it is sent again in
    /// smaller batches, and an event refused alone counts a failure.
    #[error("{0}")]
    Refused(String),
}

/// How events get to a subscriber.
pub trait Transport: Send + Sync + 'static {
    /// Sends a batch and waits for the outcomes, one per event in the batch's order. Must end in bounded time.
    fn deliver(
        &self,
        subscriber: &str,
        batch: &[CloudEvent],
    ) -> impl Future<Output = Result<DeliveryReport, TransportError>> + Send;
}
