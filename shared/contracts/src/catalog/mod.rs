//! The catalog service: what customers read (`edge`), what services call (`internal`), what employees do (`staff`).

mod changes;
mod components;
mod drafts;
mod lookups;
mod products;
mod recommendations;
mod reports;
mod reservations;
mod stock;
mod units;
mod wishes;

pub use changes::*;
pub use components::*;
pub use drafts::*;
pub use lookups::*;
pub use products::*;
pub use recommendations::*;
pub use reports::*;
pub use reservations::*;
pub use stock::*;
pub use units::*;
pub use wishes::*;
