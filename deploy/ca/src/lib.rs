//! The development CA: makes the certificates with which services know each other over mutual TLS (INF-8, SEC-1), where
//! no other CA does. Tests of TLS take theirs from here too.
//!
//! A certificate names its service twice: by DNS names and addresses, which callers verify (RFC 9525), and by
//! `spiffe://garnitur/<service>` (SPIFFE ID), which whoever is called knows its caller by.

mod authority;
mod files;
mod folder;
mod held;
mod leaf;

pub use authority::Authority;
pub use folder::{Folder, Outcome};
pub use leaf::{Issued, Leaf, Validity};
