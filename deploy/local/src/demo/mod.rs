//! The demo assortment: furniture units with properties and nested bills of materials, sets of them, stock in three
//! warehouses, drawn pictures.

mod assortment;
mod build;
mod draws;
mod entries;
mod facts;
mod families;
mod import;
mod media;
mod parts;
mod picture;
mod seed;
mod sets;
mod stock;
mod terms;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use import::import;
pub use picture::DrawError;
pub use seed::{SeedError, SeedReport, seed};
