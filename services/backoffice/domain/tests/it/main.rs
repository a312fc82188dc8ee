//! The audit's records and their chain.

mod chain;
mod happening;
