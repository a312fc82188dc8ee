//! The orders service over HTTP: its real faces and jobs, a real database, directory and payment provider; catalog
//! and backoffice are played.

mod authorisation;
mod bad_input;
mod catalog;
mod couriers;
mod deadlines;
mod flow;
mod ordering;
mod paying;
mod reconciling;
mod relay;
mod startup;
mod world;
