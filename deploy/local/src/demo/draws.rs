//! Draws that are the same at every start.

use sha2::{Digest as _, Sha256};

/// A number from 0 up to, not including, `below` that belongs to a name. Evenly enough spread for a demo.
pub(super) fn draw(purpose: &str, name: &str, below: i64) -> i64 {
    let mut hash = Sha256::new();
    hash.update(purpose);
    hash.update([0]);
    hash.update(name);
    let word = hash.finalize()[..4]
        .iter()
        .fold(0_i64, |word, &byte| word * 256 + i64::from(byte));
    word % below.max(1)
}
