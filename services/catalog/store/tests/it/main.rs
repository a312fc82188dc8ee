//! The store against PostgreSQL (`TEST_DATABASE_URL`), with the roles and rights of production.

mod assortment;
mod availability;
mod confirm;
mod correct;
mod crash;
mod drafts;
mod edit;
mod import;
mod inbox;
mod invariants;
mod list;
mod list_cost;
mod races;
mod reads;
mod reserve;
mod rights;
mod sales;
mod sets;
mod settle;
mod statements;
mod storm;
mod support;
mod unsold;
mod vocabulary;
mod wishes;
