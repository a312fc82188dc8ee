use async_nats::jetstream::context::{PublishAckFuture, PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;

use super::{Broker, subject, topology};
use crate::topology::SOURCE;
use crate::{CloudEvent, DeliveryReport, EventOutcome, MEDIA_TYPE, Outcome, Transport, TransportError};

/// Publishes events to NATS `JetStream`. An event counts as delivered when the server has acknowledged that it is
/// stored; one that comes again under its id within minutes is known to the server as a duplicate.
pub struct JetStream {
    broker: Broker,
}

impl JetStream {
    pub(super) const fn new(broker: Broker) -> Self {
        Self { broker }
    }
}

impl Transport for JetStream {
    /// All of a batch are on their way at the same time, in the batch's order; then their acknowledgements are awaited.
    async fn deliver(&self, _: &str, batch: &[CloudEvent]) -> Result<DeliveryReport, TransportError> {
        let broker = &self.broker;
        let context = broker.for_events().await.map_err(TransportError::Unavailable)?;
        let mut sent: Vec<Result<PublishAckFuture, Fault>> = Vec::with_capacity(batch.len());
        for event in batch {
            sent.push(match message(event) {
                Ok((subject, message)) => context.send_publish(subject, message).await.map_err(fault),
                Err(slug) => Err(Fault::OfEvent(slug)),
            });
        }
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut outage = None;
        for (event, sent) in batch.iter().zip(sent) {
            let stored = match sent {
                Ok(acknowledgement) => acknowledgement.await.map_err(fault),
                Err(fault) => Err(fault),
            };
            match stored {
                Ok(ack) if ack.duplicate => outcomes.push(outcome(event, Outcome::Duplicate, None)),
                Ok(_) => outcomes.push(outcome(event, Outcome::Accepted, None)),
                Err(Fault::OfEvent(slug)) => outcomes.push(outcome(event, Outcome::Rejected, Some(slug))),
                // Those that were stored are published again with the others, and known by their ids.
                Err(Fault::OfServer(error)) => outage = Some(outage.unwrap_or(error)),
            }
        }
        match outage {
            None => Ok(DeliveryReport { outcomes }),
            Some(error) => {
                broker.trouble(&error).await;
                Err(TransportError::Unavailable(error))
            }
        }
    }
}

/// Why an event was not stored.
enum Fault {
    /// It never will be.
    OfEvent(&'static str),
    /// It will be when the server can.
    OfServer(String),
}

fn fault(error: PublishError) -> Fault {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => Fault::OfEvent("too-large"),
        _ => Fault::OfServer(error.to_string()),
    }
}

/// Structured mode of the `CloudEvents` binding for NATS: the body is the event in JSON format.
fn message(event: &CloudEvent) -> Result<(String, PublishMessage), &'static str> {
    let source = event.source.strip_prefix(SOURCE).ok_or("bad-source")?;
    if !subject::speakable(&event.type_) {
        return Err("bad-type");
    }
    let message = PublishMessage::build()
        .message_id(event.id.to_string())
        .expected_stream(topology::STREAM)
        .header("content-type", MEDIA_TYPE)
        .payload(event.to_json().into());
    Ok((subject::of(source, &event.type_), message))
}

fn outcome(event: &CloudEvent, outcome: Outcome, error: Option<&str>) -> EventOutcome {
    EventOutcome {
        id: Some(event.id.to_string()),
        outcome,
        error: error.map(str::to_owned),
    }
}
