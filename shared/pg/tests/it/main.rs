//! Tests against a real PostgreSQL (`TEST_DATABASE_URL`).

mod crowd;
mod errors;
mod lost;
mod provision;
mod retry;
mod scram;
mod secrets;
mod support;
mod timeouts;
mod transaction;
mod wire;
