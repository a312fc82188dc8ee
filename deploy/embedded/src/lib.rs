//! The surroundings of the shop in one process: PostgreSQL, directory, NFS, payment provider.
//!
//! Each speaks the real protocol, so the shop cannot tell it from the real part.

pub mod ldap;
pub mod nfs;
pub mod payments;
pub mod postgres;
