//! Randomness from the operating system's generator: tokens, order numbers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng as _, RngExt as _};
use uuid::Uuid;

/// Crockford's base 32: no I, L, O, U, so that a number read over the phone survives.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A secret of 256 bits as URL-safe text, for session tokens.
pub fn token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// An order number such as `7K2M-9QXA-4TBD`: 60 random bits, so that numbers cannot be guessed (ORD-1).
pub fn order_number() -> String {
    let mut bits = rand::rng().next_u64();
    let mut number = String::with_capacity(14);
    for position in 0..12 {
        if position == 4 || position == 8 {
            number.push('-');
        }
        number.push(char::from(CROCKFORD[usize::try_from(bits & 31).unwrap_or(0)]));
        bits >>= 5;
    }
    number
}

/// A random number from 0 up to, not including, 1: for pauses and draws that must not fall together.
pub fn fraction() -> f64 {
    rand::rng().random()
}

/// A random UUID (version 4), for keys that must not tell when they were made.
pub fn uuid() -> Uuid {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that makes random ids"
    )]
    Uuid::new_v4()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn order_numbers_are_short_and_differ() {
        let numbers: HashSet<String> = (0..1_000).map(|_| order_number()).collect();
        assert_eq!(numbers.len(), 1_000);
        assert!(
            numbers
                .iter()
                .all(|n| n.len() == 14 && n.chars().all(|c| c == '-' || CROCKFORD.contains(&(c as u8))))
        );
    }
}
