//! Faces, jobs and wiring of backoffice: employees' sessions, the audit and the feature toggles.
//!
//! An employee signs in on the staff face and gets two things: a session token, which only this service understands
//! and which can be ended at any moment, and a signed access token of a few minutes, which every staff face checks by
//! itself. The first renews the second. What an employee may do is read from the directory when signing in; a change
//! of groups counts from the next session on.
//!
//! The internal face takes the other services' events into the audit.
//!
//! Toggles are put into force on the staff face, as a whole and in versions. The other services are told by an event with
//! all definitions, which reaches their databases and so every replica on every site; the portal, which has none, asks the
//! internal face.

mod app;
mod config;
mod definitions;
mod internal;
mod jobs;
mod openapi;
mod problems;
mod staff;
mod verification;

pub use app::Backoffice;
pub use config::{Config, DatabaseConfig, ServicesConfig, SessionsConfig, StaffConfig};
