//! The catalog service: what customers read, what employees correct, what other services reserve.
//!
//! [`Catalog`] is the service as `chassis` runs it. Each face is a module with one file for each operation:
//!
//! * `edge` – products, sets, images and documents, open to everybody. Lists, suggestions and products are kept for a second,
//!   ready to be sent;
//! * `staff` – stock, the assortment, pictures and documents, for employees with the role;
//! * `internal` – products, reservations, events and invariants, for services.
//!
//! The jobs run beside the internal face: they free what unpaid orders held too long, recompute what lists show of
//! stock, make smaller pictures, and send catalog's events.

mod answers;
mod app;
mod conditions;
mod config;
mod edge;
mod editing_jobs;
mod images;
mod internal;
mod jobs;
mod lookups;
mod media;
mod openapi;
mod problems;
mod staff;
mod stock_watch;
mod words;

pub use app::Catalog;
pub use config::{CacheConfig, Config, DatabaseConfig, MediaConfig, ServicesConfig, StaffConfig};
