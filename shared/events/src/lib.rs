//! Events between services: written in the transaction that causes them (outbox), delivered at least once with a
//! lease, applied once (inbox), as `CloudEvents` 1.0.
//!
//! A service that emits calls [`migrate`], [`emit`] inside its transactions and runs a [`Dispatcher`]; a service
//! that receives implements a [`Handler`] and mounts a [`Receiver`] on its internal face. Both need the schema
//! `events` in their database.

mod carrier;
mod cloud_event;
mod config;
mod dead_letters;
mod dispatch;
mod emit;
mod http_push;
mod jetstream;
mod metrics;
mod migrate;
mod outcome;
mod put_aside;
mod receive;
mod subscriptions;
mod topology;
mod transport;
mod wake;

pub use carrier::Carrier;
pub use cloud_event::{BATCH_MEDIA_TYPE, BadEvent, CloudEvent, MEDIA_TYPE};
pub use config::{ConfigError, EventsConfig, NatsConfig, TransportKind};
pub use dead_letters::{
    DeadLetter, DeadLetterPage, Retried, dead_letter_routes, dead_letters, dead_letters_openapi,
    retry_all_dead_letters, retry_dead_letter,
};
pub use dispatch::{Dispatcher, Policy};
pub use emit::{NewEvent, emit};
pub use http_push::HttpPush;
pub use jetstream::{Broker, JetStream, ProvisionError};
pub use migrate::{MigrateError, Roles, migrate};
pub use outcome::{DeliveryReport, EventOutcome, Outcome};
pub use receive::{Handler, HandlerError, Receiver};
pub use subscriptions::Subscriptions;
pub use topology::{Routes, Topology};
pub use transport::{Transport, TransportError};
pub use wake::Wake;
