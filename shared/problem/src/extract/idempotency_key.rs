use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::Text;

use crate::{Problem, kinds};

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 128;

/// The header `Idempotency-Key`, by which a repeated request is known (draft-ietf-httpapi-idempotency-key-header):
/// 1 to 128 visible ASCII characters. 400 where it is missing, 422 where it is something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let value = parts
            .headers
            .get(HEADER)
            .ok_or_else(|| Problem::new(&kinds::IDEMPOTENCY_MISSING))?;
        match value.to_str() {
            Ok(key) if (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(Self(key.to_owned()))
            }
            _ => Err(Problem::new(&kinds::VALIDATION).field(
                "Idempotency-Key",
                "format",
                Text::new(
                    "от 1 до 128 видимых символов ASCII",
                    "1 to 128 visible ASCII characters",
                ),
            )),
        }
    }
}
