//! Who is calling, and what may they do: staff tokens, service tokens, roles as types, protection of
//! cookie-based sites against requests from other sites, and a brake on password guessing (SEC-1).
//!
//! - An employee's request carries a signed token: a handler that takes [`Staff<R>`] cannot be reached
//!   without a role of `R`.
//! - A service's request to an internal face carries that service's token: [`require_service`].
//! - A browser's session is an opaque token made by [`kernel::random::token`]; only its [`hash_token`] is
//!   stored.

mod cross_site;
mod gate;
mod service;
mod staff;
mod throttle;
mod token;

pub mod roles;

pub use cross_site::{CrossSite, cross_site_layer};
pub use gate::{GateFuture, GateLayer, Gated};
pub use roles::RoleSet;
pub use service::{
    AllowServices, RequireService, ServiceName, ServiceToken, ServiceTokenError, ServiceTokens,
    allow_services, require_service,
};
pub use staff::{
    IssuedToken, KeyError, KeyPair, Staff, StaffClaims, StaffSigner, StaffVerifier, TokenError, generate_keys,
};
pub use throttle::{Attempt, LoginThrottle, ThrottlePolicy, Throttled};
pub use token::{bearer, hash_token};
