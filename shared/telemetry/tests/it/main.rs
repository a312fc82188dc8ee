//! What leaves the process, as a collector sees it.

mod collector;
mod exports;
mod start;
