//! The ways in, and the ways that must stay shut.

mod cross_site;
mod service;
mod staff;
mod support;
mod throttle;
