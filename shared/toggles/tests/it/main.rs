//! Toggles from the definition to the answer, and what is refused.

mod choose;
mod cohorts;
mod follow;
mod hold;
mod refuse;
