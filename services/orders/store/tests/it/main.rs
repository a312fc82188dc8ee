//! The orders store against a real PostgreSQL, each test in a database of its own.

mod couriers;
mod housekeeping;
mod moves;
mod payments;
mod place;
mod roles;
mod statements;
mod support;
mod toggles;
mod zones;
