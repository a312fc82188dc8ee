//! Pictures and documents on their way in, and what is made of them.

mod incoming;
mod studio;
mod variants;

pub use incoming::Incoming;
pub use studio::{MAX_DOCUMENT, MAX_IMAGE, Studio};
pub use variants::Variants;

use files::FileError;
use problem::Problem;

use crate::problems;

/// What a failure of the file storage means to a caller.
pub fn unstored(error: FileError) -> Problem {
    match error {
        FileError::Unavailable(_) => Problem::unavailable("files", error),
        FileError::Full(_) => {
            tracing::error!(%error, "the file storage is full");
            Problem::new(&problems::STORAGE_FULL)
        }
        error => Problem::internal(error),
    }
}
