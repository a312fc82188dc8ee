//! Events from the transaction that causes them to the one that applies them, on real databases and over HTTP.

mod brokered;
mod dead_letters;
mod lease;
mod nats;
mod once;
mod outage;
mod receive;
mod support;
mod trouble;
mod upkeep;
mod ways;
