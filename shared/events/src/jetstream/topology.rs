use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, pull};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};

use super::subject;
use crate::{NatsConfig, Topology};

/// The stream of all events.
pub(super) const STREAM: &str = "GARNITUR_EVENTS";

/// How long the server knows an event it has stored by its id. Longer than a sender needs to notice that an
/// acknowledgement was lost; whatever comes later is known by the receiver's inbox.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(5);

/// What must be there before the first event travels.
///
/// Events are kept until every consumer that wants them has acknowledged them (retention by interest), however long that
/// takes (EVT-1). What nobody has interest in is not kept, so consumers come before events. A full stream refuses new
/// events instead of forgetting old ones: senders then keep them in their outboxes.
pub(super) async fn provision(
    context: &Context,
    config: &NatsConfig,
    topology: &Topology,
) -> Result<(), String> {
    let stream = Config {
        name: STREAM.to_owned(),
        description: Some("Events between services".to_owned()),
        subjects: vec![format!("{}.>", subject::ROOT)],
        retention: RetentionPolicy::Interest,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        max_bytes: config.max_bytes,
        duplicate_window: DUPLICATE_WINDOW,
        num_replicas: config.replicas,
        ..Config::default()
    };
    context
        .create_or_update_stream(stream)
        .await
        .map_err(|error| format!("the stream {STREAM} cannot be made: {error}"))?;
    for receiver in topology.all_receivers() {
        context
            .create_consumer_on_stream(consumer_config(config, topology, receiver), STREAM)
            .await
            .map_err(|error| format!("the consumer {receiver} cannot be made: {error}"))?;
    }
    Ok(())
}

/// A receiver's durable consumer, which its replicas share. It never gives an event up by itself (`max_deliver`): the
/// receiver does, once the event is in its dead letters.
fn consumer_config(config: &NatsConfig, topology: &Topology, receiver: &str) -> pull::Config {
    let wanted = topology
        .wanted_by(receiver)
        .flat_map(|(source, types)| types.iter().map(move |type_| (source, *type_)));
    pull::Config {
        durable_name: Some(receiver.to_owned()),
        description: Some(format!("Events for {receiver}")),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_millis(config.ack_wait_ms),
        max_deliver: -1,
        filter_subject: subject::filter(wanted),
        max_ack_pending: config.max_ack_pending,
        num_replicas: config.replicas,
        ..pull::Config::default()
    }
}

/// The consumer of a receiver; says what to do when there is none.
pub(super) async fn consumer(context: &Context, receiver: &str) -> Result<Consumer<pull::Config>, String> {
    context
        .get_consumer_from_stream(receiver, STREAM)
        .await
        .map_err(|error| {
            let missing = error.to_string();
            format!("the consumer {receiver} of {STREAM} cannot be used ({missing}); `migrate` with events.nats.provision makes it")
        })
}
