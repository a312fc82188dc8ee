//! The demo assortment: furniture units with bills of materials, stock in three warehouses, drawn pictures.

mod assortment;
mod build;
mod draws;
mod entries;
mod families;
mod import;
mod media;
mod parts;
mod picture;
mod seed;
mod stock;
mod terms;
#[cfg(test)]
mod tests;

pub use import::import;
pub use picture::DrawError;
pub use seed::{SeedError, SeedReport, seed};
