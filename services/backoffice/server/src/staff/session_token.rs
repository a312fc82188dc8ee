use auth::{bearer, hash_token};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use kernel::Text;
use problem::{Problem, kinds};

/// The hash of the session token in the request's `Authorization: Bearer`. Whether it opens anything, only the store
/// knows.
#[derive(Debug)]
pub struct SessionToken(pub [u8; 32]);

/// 401 when there is no token.
impl<S: Send + Sync> FromRequestParts<S> for SessionToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        bearer(&parts.headers)
            .map(|token| Self(hash_token(token)))
            .ok_or_else(no_session)
    }
}

/// There is no such session, or it is over.
pub fn no_session() -> Problem {
    Problem::new(&kinds::UNAUTHENTICATED)
        .header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"staff-session\""),
        )
        .detail(Text::new(
            "Сеанс завершён, войдите снова.",
            "The session is over, sign in again.",
        ))
}
