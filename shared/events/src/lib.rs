//! Events between services: written in the transaction that causes them (outbox), delivered at least once with a
//! lease, applied once (inbox), as `CloudEvents` 1.0.
//!
//! A service that emits calls [`migrate`], [`emit`] inside its transactions and runs a dispatcher; a service
//! that receives implements a handler and mounts the receiver on its internal face.

mod emit;
mod migrate;
mod subscriptions;
mod trace;
mod wake;

pub use emit::{NewEvent, emit};
pub use migrate::{MigrateError, Roles, migrate};
pub use subscriptions::Subscriptions;
pub use wake::Wake;
