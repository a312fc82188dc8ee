//! The catalog service: what customers read (`edge`), what services call (`internal`), what employees do (`staff`).

mod bulk;
mod changes;
mod checks;
mod components;
mod drafts;
mod lookups;
mod media;
mod products;
mod recommendations;
mod reports;
mod reservations;
mod set_edits;
mod sets;
mod stock;
mod suggestions;
mod units;
mod vocabulary;
mod wishes;

pub use bulk::*;
pub use changes::*;
pub use components::*;
pub use drafts::*;
pub use lookups::*;
pub use media::*;
pub use products::*;
pub use recommendations::*;
pub use reports::*;
pub use reservations::*;
pub use set_edits::*;
pub use sets::*;
pub use stock::*;
pub use suggestions::*;
pub use units::*;
pub use vocabulary::*;
pub use wishes::*;
