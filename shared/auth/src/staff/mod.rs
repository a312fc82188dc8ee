//! Employees: signed tokens and the extractor that checks them.

mod claims;
mod extract;
mod keys;
mod signer;
mod verifier;

pub use claims::{StaffClaims, TokenError};
pub use extract::Staff;
pub use keys::{KeyError, KeyPair, generate_keys};
pub use signer::{IssuedToken, StaffSigner};
pub use verifier::StaffVerifier;
