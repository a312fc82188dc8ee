//! What the other crates' tests stand on.

mod database;
mod waiting;
