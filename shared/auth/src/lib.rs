//! Who is calling, and what may they do: staff tokens, service tokens, roles as types, protection of
//! cookie-based sites against requests from other sites, and a brake on password guessing (SEC-1).
//!
//! - An employee's request carries a signed token: a handler that takes [`Staff<R>`] cannot be reached
//!   without a role of `R`.
//! - A service is known by the certificate of its connection ([`PeerService`]) or, where connections are plain, by the
//!   token its request carries: [`require_service`].
//! - [`ClientAddress`] is where a request comes from, as far as that can be believed.
//! - A browser's session is an opaque token made by [`kernel::random::token`]; only its [`hash_token`] is
//!   stored.

mod caller;
mod callers;
mod cross_site;
mod forwarded;
mod gate;
mod network;
mod peer;
mod service;
mod staff;
mod throttle;
mod token;

pub mod roles;

pub use caller::Caller;
pub use callers::{Callers, ServiceCallers};
pub use cross_site::{CrossSite, cross_site_layer};
pub use forwarded::{ClientAddress, FORWARDED_FOR, Forwarders};
pub use gate::{GateFuture, GateLayer, Gated};
pub use network::{BadNetwork, Network};
pub use peer::PeerService;
pub use roles::RoleSet;
pub use service::{
    AllowServices, RequireService, ServiceName, ServiceToken, ServiceTokenError, allow_services,
    require_service,
};
pub use staff::{
    IssuedToken, KeyError, KeyPair, Staff, StaffClaims, StaffSigner, StaffVerifier, TokenError, generate_keys,
};
pub use throttle::{Attempt, LoginThrottle, ThrottlePolicy, Throttled};
pub use token::{bearer, hash_token};
