//! An LDAP directory with Active Directory's attributes.
//!
//! It speaks LDAP version 3 (RFC 4511) over TCP and answers as a domain controller does in what a sign-in
//! touches: simple binds by name, `login@domain` and `DOMAIN\login`, the error data of failed ones (`52e`,
//! `525`, `533`, `773`, `775`), searches with filters, attribute selection and pages after a bind only, the root DSE for
//! everybody. Entries come from a [`Domain`]; a service account may administer its employees. What is changed is kept
//! as long as the server runs.

mod bind;
mod change;
mod demo;
mod directory;
mod dn;
mod domain;
mod entry;
mod filter;
mod search;
mod server;
mod session;
#[cfg(test)]
mod tests;

pub use demo::{DEMO_PASSWORD, SERVICE_LOGIN, SERVICE_PASSWORD, demo};
pub use domain::{Domain, Employee, ServiceAccount};
pub use server::{Server, StartError};
