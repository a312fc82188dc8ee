//! Events between services: written in the transaction that causes them (outbox), delivered at least once with a
//! lease, applied once (inbox), as `CloudEvents` 1.0.
//!
//! A service that emits calls [`migrate`], [`emit`] inside its transactions and runs a [`Dispatcher`]; a service
//! that receives implements a [`Handler`] and mounts a [`Receiver`] on its internal face. Both need the schema
//! `events` in their database.

mod cloud_event;
mod dead_letters;
mod dispatch;
mod emit;
mod http_push;
mod metrics;
mod migrate;
mod outcome;
mod receive;
mod subscriptions;
mod transport;
mod wake;

pub use cloud_event::{BATCH_MEDIA_TYPE, BadEvent, CloudEvent, MEDIA_TYPE};
pub use dead_letters::{
    DeadLetter, DeadLetterPage, Retried, dead_letter_routes, dead_letters, dead_letters_openapi,
    retry_all_dead_letters, retry_dead_letter,
};
pub use dispatch::{Dispatcher, Policy};
pub use emit::{NewEvent, emit};
pub use http_push::HttpPush;
pub use migrate::{MigrateError, Roles, migrate};
pub use outcome::{DeliveryReport, EventOutcome, Outcome};
pub use receive::{Handler, HandlerError, Receiver};
pub use subscriptions::Subscriptions;
pub use transport::{Transport, TransportError};
pub use wake::Wake;
