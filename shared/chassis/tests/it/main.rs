//! Configuration, HTTP stack, operation, jobs, and a real process that is told to stop.

mod command_line;
mod configuration;
mod drain;
mod jobs;
mod limits;
mod operation;
mod process;
mod stack;
mod support;
mod tls;
