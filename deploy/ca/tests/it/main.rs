//! The authority's files, and its certificates judged by rustls in real handshakes.

mod command;
mod folder;
mod handshake;
