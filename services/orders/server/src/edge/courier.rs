//! Who a courier's request comes from.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use kernel::Text;
use problem::{Problem, kinds};

use super::Edge;
use crate::problems;

/// A signed-in courier: a handler that takes it cannot be reached without a session.
pub(super) struct Courier {
    pub login: String,
}

impl FromRequestParts<Edge> for Courier {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let hash = session_hash(&parts.headers)?;
        let session = edge
            .store
            .courier_session(&hash)
            .await
            .map_err(problems::database)?;
        let session = session.ok_or_else(unauthenticated)?;
        Ok(Self { login: session.login })
    }
}

/// The hash of the session token that a request carries.
pub(super) fn session_hash(headers: &HeaderMap) -> Result<[u8; 32], Problem> {
    auth::bearer(headers)
        .map(auth::hash_token)
        .ok_or_else(unauthenticated)
}

fn unauthenticated() -> Problem {
    Problem::new(&kinds::UNAUTHENTICATED)
        .header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"couriers\""),
        )
        .detail(Text::new(
            "Войдите в приложение курьера.",
            "Sign in to the courier app.",
        ))
}
