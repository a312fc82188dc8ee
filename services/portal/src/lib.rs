//! The employees' web application: pages made on the server that work without scripts, and the way through to the
//! staff faces for other programs (INF-5).
//!
//! It owns no data. Every page asks the staff faces of orders, catalog and backoffice ([`clients`]) through the
//! embedded balancer and is rendered from what they answer. The browser holds an opaque session token in a cookie;
//! the short-lived access token that the staff faces want stays on this side ([`sessions`]). [`Portal`] is the service,
//! [`router`] what it serves.

pub mod clients;
pub mod sessions;

mod cohort;
mod config;
mod desk;
mod forward;
mod frame;
mod pages;
mod section;
mod service;

pub use config::{CanariesConfig, Config, ServicesConfig};
pub use service::{Portal, router};
