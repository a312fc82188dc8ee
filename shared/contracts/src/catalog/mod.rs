//! The catalog service: what customers read (`edge`), what services call (`internal`), what employees do (`staff`).

mod lookups;
mod products;
mod reservations;
mod stock;

pub use lookups::*;
pub use products::*;
pub use reservations::*;
pub use stock::*;
