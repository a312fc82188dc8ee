//! The customers' site and the courier app: pages made on the server that work without scripts.
//!
//! It owns no data. Every page asks the edge faces of catalog and orders ([`clients`]) and is rendered from what they
//! answer; what they refuse is shown where the visitor can act on it. [`Storefront`] is the service, [`router`] its
//! pages alone.

pub mod clients;

mod config;
mod courier;
mod frame;
mod pages;
mod phone;
mod picture;
mod service;
mod shop;

pub use config::Config;
pub use service::{Storefront, router};
