use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use kernel::Text;
use problem::{Problem, kinds};
use subtle::ConstantTimeEq as _;

use crate::gate::{Gate, GateLayer};
use crate::token::{bearer, hash_token};

/// The shortest service token accepted, in bytes: 32 characters of base 64 are 192 bits.
const SHORTEST: usize = 32;

/// Why a service token cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceTokenError {
    /// Too short to be a secret.
    #[error("the token of service `{0}` is shorter than {SHORTEST} characters")]
    Short(String),
    /// Holds a space, a control character or something outside of ASCII.
    #[error("the token of service `{0}` holds characters that do not fit into a header")]
    Characters(String),
    /// Two services with one name, or with one token.
    #[error("service `{0}` has the name or the token of another service")]
    Duplicate(String),
}

/// The token with which a service calls others.
#[derive(Clone)]
pub struct ServiceToken(HeaderValue);

impl ServiceToken {
    /// The token that `service` was given: at least 32 visible ASCII characters.
    pub fn new(service: &str, token: &str) -> Result<Self, ServiceTokenError> {
        check(service, token)?;
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| ServiceTokenError::Characters(service.to_owned()))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub fn authorization(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for ServiceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceToken")
    }
}

fn check(service: &str, token: &str) -> Result<(), ServiceTokenError> {
    if token.len() < SHORTEST {
        return Err(ServiceTokenError::Short(service.to_owned()));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ServiceTokenError::Characters(service.to_owned()));
    }
    Ok(())
}

/// The services that may call an internal face, by their tokens. Keeps only hashes; cheap to clone.
#[derive(Clone)]
pub struct ServiceTokens(Arc<[(ServiceName, [u8; 32])]>);

impl ServiceTokens {
    /// From pairs of a service's name and its token. An empty list lets nobody in.
    pub fn new<N: AsRef<str>, T: AsRef<str>>(
        tokens: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, ServiceTokenError> {
        let (mut names, mut hashes) = (HashSet::new(), HashSet::new());
        let mut list = Vec::new();
        for (name, token) in tokens {
            let (name, token) = (name.as_ref(), token.as_ref());
            check(name, token)?;
            let hash = hash_token(token);
            if !names.insert(name.to_owned()) || !hashes.insert(hash) {
                return Err(ServiceTokenError::Duplicate(name.to_owned()));
            }
            list.push((ServiceName(Arc::from(name)), hash));
        }
        Ok(Self(list.into()))
    }

    /// The service whose token this is. Takes the same time whichever it is, and when it is none.
    pub fn identify(&self, token: &str) -> Option<ServiceName> {
        let hash = hash_token(token);
        let mut found = None;
        for (name, known) in self.0.iter() {
            if bool::from(known.ct_eq(&hash)) {
                found = Some(name);
            }
        }
        found.cloned()
    }
}

impl fmt::Debug for ServiceTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// The name of the calling service: a request extension and an extractor behind [`require_service`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName(Arc<str>);

impl ServiceName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 401 where [`require_service`] does not guard the route: a route that was forgotten is closed.
impl<S: Send + Sync> FromRequestParts<S> for ServiceName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(unauthenticated)
    }
}

/// A layer for internal faces: lets in requests with `Authorization: Bearer <service token>` and adds the
/// caller's [`ServiceName`]; answers 401 to all others.
pub const fn require_service(tokens: ServiceTokens) -> GateLayer<RequireService> {
    GateLayer(RequireService { tokens })
}

/// The gate of [`require_service`].
#[derive(Debug, Clone)]
pub struct RequireService {
    tokens: ServiceTokens,
}

impl Gate for RequireService {
    fn admit(&self, request: &mut Request) -> Result<(), Problem> {
        let name = bearer(request.headers())
            .and_then(|token| self.tokens.identify(token))
            .ok_or_else(unauthenticated)?;
        request.extensions_mut().insert(name);
        Ok(())
    }
}

/// A layer inside of [`require_service`] for single routes: only the services named may call, others get
/// 403; 401 when nobody asked for a token before.
pub const fn allow_services(names: &'static [&'static str]) -> GateLayer<AllowServices> {
    GateLayer(AllowServices { names })
}

/// The gate of [`allow_services`].
#[derive(Debug, Clone, Copy)]
pub struct AllowServices {
    names: &'static [&'static str],
}

impl Gate for AllowServices {
    fn admit(&self, request: &mut Request) -> Result<(), Problem> {
        let caller = request
            .extensions()
            .get::<ServiceName>()
            .ok_or_else(unauthenticated)?;
        if self.names.contains(&caller.as_str()) {
            return Ok(());
        }
        tracing::warn!(
            service = caller.as_str(),
            path = request.uri().path(),
            "service refused"
        );
        Err(Problem::new(&kinds::FORBIDDEN).detail(Text::new(
            "Этому сервису вызов не разрешён.",
            "This service may not make this call.",
        )))
    }
}

fn unauthenticated() -> Problem {
    Problem::new(&kinds::UNAUTHENTICATED)
        .header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"services\""),
        )
        .detail(Text::new("Нужен ключ сервиса.", "A service token is required."))
}
