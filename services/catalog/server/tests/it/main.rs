//! The catalog service as others meet it: its faces over HTTP, on a database of each test's own.

mod access;
mod answers;
mod assortment;
mod bulk;
mod editing;
mod events;
mod graphql;
mod graphql_client;
mod graphql_limits;
mod graphql_live;
mod graphql_reads;
mod house;
mod invariants;
mod logs;
mod media;
mod products;
mod reservations;
mod seed;
mod set_edits;
mod sets;
mod settings;
mod stock;
mod uploads;
mod variants;
mod vocabulary;
mod wishes;
