//! The shop from outside.

mod bad_input;
mod browser;
mod faults;
mod flow;
mod isolation;
mod last_unit;
mod lifecycle;
mod mutual_tls;
mod openapi;
mod routes;
mod schemathesis;
mod statements;
mod toggles;
