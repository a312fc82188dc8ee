//! What tests share: a database each, a clock moved by hand, and waiting for what is bound to happen.
//!
//! A dev-dependency only. It panics instead of returning errors: a test that cannot be set up has failed.

mod clock;
#[cfg(feature = "containers")]
pub mod containers;
mod database;
mod janitor;
mod wait;

pub use clock::ManualClock;
pub use database::TestDb;
pub use wait::{free_port, wait_for};
