//! The store against PostgreSQL, with the rights of production.

mod audit;
mod events;
mod rights;
mod sessions;
mod support;
mod toggles;
