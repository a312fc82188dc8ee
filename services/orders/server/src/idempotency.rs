//! The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Text;
use problem::{Problem, kinds};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Header by which a repeated request is known.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The caller's key: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else {
            return Err(Problem::new(&kinds::IDEMPOTENCY_MISSING));
        };
        match value.to_str() {
            Ok(key) if (1..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(Self(key.to_owned()))
            }
            _ => Err(Problem::new(&kinds::VALIDATION).field(
                "Idempotency-Key",
                "format",
                Text::new(
                    "От 1 до 128 видимых символов ASCII.",
                    "1 to 128 visible ASCII characters are expected.",
                ),
            )),
        }
    }
}

/// A hash of a request, by which a key used for another request is noticed.
pub fn fingerprint(request: &impl Serialize) -> [u8; 32] {
    let json = serde_json::to_vec(request).expect("a request is plain data");
    Sha256::digest(json).into()
}
