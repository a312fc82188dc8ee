//! Backoffice over HTTP, on a database with the rights of production and the embedded directory.

mod access;
mod audit;
mod employees;
mod events;
mod sessions;
mod sign_in;
mod support;
mod toggles;
mod wiring;
