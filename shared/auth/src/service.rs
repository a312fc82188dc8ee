use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use kernel::Text;
use problem::{Problem, kinds};

use crate::callers::ServiceCallers;
use crate::gate::{Gate, GateLayer};
use crate::peer::PeerService;
use crate::token::bearer;

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

pub(crate) fn check(service: &str, token: &str) -> Result<(), ServiceTokenError> {
    if token.len() < SHORTEST {
        return Err(ServiceTokenError::Short(service.to_owned()));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ServiceTokenError::Characters(service.to_owned()));
    }
    Ok(())
}

/// The name of the calling service: a request extension and an extractor behind [`require_service`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName(Arc<str>);

impl ServiceName {
    pub(crate) fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

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

/// A layer for internal faces: lets in the services of `callers` and adds the caller's [`ServiceName`].
///
/// A connection with a certificate ([`PeerService`]) is known by that alone: 403 where its service is not listed. Any
/// other has to send `Authorization: Bearer <service token>`, or is answered with 401.
pub const fn require_service(callers: ServiceCallers) -> GateLayer<RequireService> {
    GateLayer(RequireService { callers })
}

/// The gate of [`require_service`].
#[derive(Debug, Clone)]
pub struct RequireService {
    callers: ServiceCallers,
}

impl Gate for RequireService {
    fn admit(&self, request: &mut Request) -> Result<(), Problem> {
        let name = match request.extensions().get::<PeerService>() {
            Some(peer) => self
                .callers
                .certified(peer)
                .ok_or_else(|| refused(peer.as_str(), request))?,
            None => bearer(request.headers())
                .and_then(|token| self.callers.identify(token))
                .ok_or_else(unauthenticated)?,
        };
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
        Err(refused(caller.as_str(), request))
    }
}

fn refused(service: &str, request: &Request) -> Problem {
    tracing::warn!(service, path = request.uri().path(), "service refused");
    Problem::new(&kinds::FORBIDDEN).detail(Text::new(
        "Этому сервису вызов не разрешён.",
        "This service may not make this call.",
    ))
}

fn unauthenticated() -> Problem {
    Problem::new(&kinds::UNAUTHENTICATED)
        .header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"services\""),
        )
        .detail(Text::new("Нужен ключ сервиса.", "A service token is required."))
}
