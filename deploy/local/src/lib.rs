//! The whole shop in one process: all five services on an embedded PostgreSQL, directory, file server and payment
//! provider that speak the real protocols, with a demonstration assortment.
//!
//! ```text
//! Args ─▶ DataFolder, Secrets, Ports ─▶ Wiring ─▶ Shop::open: Surroundings ─▶ Services ─▶ demo::seed ─▶ Shop::run
//! ```

mod args;
mod banner;
mod databases;
mod ports;
mod probe;
mod secrets;
mod services;
mod shop;
mod surroundings;
mod wiring;

pub mod demo;

pub use args::Args;
pub use banner::banner;
pub use databases::{DATABASES, Database, provide};
pub use ports::Ports;
pub use secrets::{CookieKeys, Secrets, StaffKeys};
pub use services::migrate;
pub use shop::Shop;
pub use surroundings::{DataFolder, Surroundings};
pub use wiring::{SHOP_ID, Wiring};
