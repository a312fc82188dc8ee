//! How a key used for another request is noticed.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A hash of a request, by which a key used for another request is noticed.
pub fn fingerprint(request: &impl Serialize) -> [u8; 32] {
    let json = serde_json::to_vec(request).expect("a request is plain data");
    Sha256::digest(json).into()
}
