//! Images: those in memory, those in the file storage, and parts of them.

mod range;
mod store;

pub use range::{Part, part};
pub use store::{Image, Images};
