mod list;
mod retry;

pub use list::{DeadLetter, DeadLetterPage, dead_letters};
pub use retry::{retry_all_dead_letters, retry_dead_letter};
