use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use auth::Network;
use confique::Config;

use crate::Face;

/// Where a service listens and what it takes from a caller. Nested as `http` in a service's configuration.
#[derive(Debug, Clone, Config)]
pub struct HttpConfig {
    /// Address of the customers' and couriers' face, as in `0.0.0.0:8080`.
    pub edge: Option<SocketAddr>,

    /// Address of the employees' face.
    pub staff: Option<SocketAddr>,

    /// Address for other services and for operation: `/healthz`, `/readyz`, `/metrics`, `/openapi.json`.
    /// Not for the outer network.
    pub internal: Option<SocketAddr>,

    /// Address of `/healthz` and `/readyz` alone, always plain: for health checks that have no certificate. Needed where
    /// `tls.internal` is `mutual` and whoever checks cannot show one.
    pub probes: Option<SocketAddr>,

    /// Addresses or networks of the balancers in front of the faces `edge` and `staff` that speak the PROXY protocol
    /// (version 1 or 2), as in `["10.1.0.0/16"]`. From them a connection without it is closed; from others it is not
    /// accepted.
    #[config(default = [])]
    pub proxies: Vec<Network>,

    /// Addresses or networks of the proxies and sites whose `X-Forwarded-For` is believed where they show no
    /// certificate. The brake on password guessing and the audit want the person's own address.
    #[config(default = ["127.0.0.1", "::1"])]
    pub forwarders: Vec<Network>,

    /// How long a connection may take, in milliseconds, for the PROXY protocol and the TLS handshake together.
    #[config(default = 5_000, validate(*entrance_timeout_ms > 0, "must be more than 0"))]
    pub entrance_timeout_ms: u64,

    /// How long a request may take, in milliseconds, before it is answered with 503.
    #[config(default = 10_000, validate(*request_timeout_ms > 0, "must be more than 0"))]
    pub request_timeout_ms: u64,

    /// How large a request's body may be, in bytes, where an operation sets no limit of its own.
    #[config(default = 65_536)]
    pub body_limit_bytes: usize,

    /// After SIGTERM: how long `/readyz` answers 503, in milliseconds, before listeners close, so that
    /// balancers have taken the replica out first.
    #[config(default = 0)]
    pub drain_delay_ms: u64,

    /// After SIGTERM: how long requests and jobs may take to finish, in milliseconds, before they are cut off.
    #[config(default = 25_000)]
    pub drain_deadline_ms: u64,

    /// Read-only mode: reads work, writes are answered with 503, jobs do not run.
    #[config(default = false)]
    pub read_only: bool,
}

impl HttpConfig {
    /// The address of a face, if one is set.
    pub const fn address(&self, face: Face) -> Option<SocketAddr> {
        match face {
            Face::Edge => self.edge,
            Face::Staff => self.staff,
            Face::Internal => self.internal,
        }
    }

    /// See [`HttpConfig::entrance_timeout_ms`].
    pub const fn entrance_limit(&self) -> Duration {
        Duration::from_millis(self.entrance_timeout_ms)
    }

    /// See [`HttpConfig::drain_delay_ms`].
    pub const fn drain_delay(&self) -> Duration {
        Duration::from_millis(self.drain_delay_ms)
    }

    /// See [`HttpConfig::drain_deadline_ms`].
    pub const fn drain_deadline(&self) -> Duration {
        Duration::from_millis(self.drain_deadline_ms)
    }
}

impl Default for HttpConfig {
    /// The defaults above, with no address.
    fn default() -> Self {
        Self {
            edge: None,
            staff: None,
            internal: None,
            probes: None,
            proxies: Vec::new(),
            forwarders: vec![
                Network::from(Ipv4Addr::LOCALHOST),
                Network::from(Ipv6Addr::LOCALHOST),
            ],
            entrance_timeout_ms: 5_000,
            request_timeout_ms: 10_000,
            body_limit_bytes: 65_536,
            drain_delay_ms: 0,
            drain_deadline_ms: 25_000,
            read_only: false,
        }
    }
}
