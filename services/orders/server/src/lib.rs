//! The orders service: carts, delivery, orders, payment, tracking, couriers, and the employees' view of them.
//!
//! Three faces, each with its own database role: [`edge`] for customers and couriers, [`staff`] for employees,
//! [`internal`] for services; [`jobs`] run beside the internal one. [`Orders`] puts them together.

pub mod catalog;
pub mod config;
pub mod edge;
pub mod internal;
pub mod jobs;
pub mod payments;
pub mod reconcile;
pub mod staff;

mod convert;
mod idempotency;
mod openapi;
mod problems;
mod service;
mod wiring;
mod zones;

pub use config::Config;
pub use service::Orders;
