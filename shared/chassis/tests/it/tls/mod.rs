//! TLS on listeners and in calls, over real connections.

mod bench;
mod calls;
mod handshakes;
mod proxied;
mod renewal;
mod settings;
