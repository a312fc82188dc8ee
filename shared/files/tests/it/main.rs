//! Files on a real server: the embedded one, over TCP.

mod concurrency;
mod config;
mod files;
mod half;
mod outage;
mod support;
mod upload;
