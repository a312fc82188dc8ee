//! Photographs as they come from cameras and offices, made fit for a shop: what they are, harmless, and smaller.
//!
//! Nothing here reads or writes files. Everything takes long and much memory: call it where blocking is allowed, and
//! not for many pictures at a time.

mod clean;
mod colors;
mod decode;
mod encode;
mod format;
mod smaller;

pub use clean::{Picture, clean};
pub use decode::{MAX_PIXELS, MIN_SIDE, Refusal};
pub use encode::EncodeError;
pub use format::Format;
pub use smaller::{Original, Smaller};
