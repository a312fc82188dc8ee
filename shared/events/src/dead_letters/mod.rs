mod list;
mod retry;
mod routes;

pub use list::{DeadLetter, DeadLetterPage, dead_letters};
pub use retry::{retry_all_dead_letters, retry_dead_letter};
pub use routes::{Retried, dead_letter_routes, dead_letters_openapi};
