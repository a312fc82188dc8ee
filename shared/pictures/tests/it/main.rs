//! Photographs, good and bad.

mod bad;
mod clean;
mod craft;
mod smaller;
