//! Faces, jobs and wiring of backoffice: employees' sessions and the audit.
//!
//! An employee signs in on the staff face and gets two things: a session token, which only this service understands
//! and which can be ended at any moment, and a signed access token of a few minutes, which every staff face checks by
//! itself. The first renews the second. What an employee may do is read from the directory when signing in; a change
//! of groups counts from the next session on.
//!
//! The internal face takes the other services' events into the audit.

mod app;
mod config;
mod internal;
mod jobs;
mod openapi;
mod problems;
mod staff;
mod verification;

pub use app::Backoffice;
pub use config::{Config, DatabaseConfig, ServicesConfig, SessionsConfig, StaffConfig};
