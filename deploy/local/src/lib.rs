//! The whole shop in one process.

pub mod demo;
