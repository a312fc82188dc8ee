//! The directory against a real server: the embedded one, over TCP.

mod config;
mod outage;
mod secrecy;
mod sign_in;
mod support;
mod tls;
