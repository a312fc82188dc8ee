use crate::{CloudEvent, DeliveryReport, HttpPush, JetStream, Transport, TransportError};

/// The transport that the configuration chooses.
pub enum Carrier {
    /// Pushed over HTTP.
    Http(HttpPush),
    /// Published to NATS.
    JetStream(JetStream),
}

impl Transport for Carrier {
    async fn deliver(
        &self,
        subscriber: &str,
        batch: &[CloudEvent],
    ) -> Result<DeliveryReport, TransportError> {
        match self {
            Self::Http(push) => push.deliver(subscriber, batch).await,
            Self::JetStream(publish) => publish.deliver(subscriber, batch).await,
        }
    }
}
