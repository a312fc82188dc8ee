use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::Network;
use crate::peer::PeerService;

/// Header in which each proxy on the way adds the address it was called from, at the end.
pub const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Those whose word on where a request comes from is taken: networks where callers have no certificate, services where
/// they have one. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Forwarders(Arc<Listed>);

#[derive(Debug)]
struct Listed {
    networks: Vec<Network>,
    services: Vec<String>,
}

impl Forwarders {
    /// These networks and services.
    pub fn new(networks: Vec<Network>, services: Vec<String>) -> Self {
        Self(Arc::new(Listed { networks, services }))
    }

    /// The peer itself, or, behind those listed, the last address in `X-Forwarded-For` that is in none of the networks:
    /// what stands before that was written by the caller. `None` when they do not say.
    fn client(&self, peer: IpAddr, service: Option<&PeerService>, headers: &HeaderMap) -> Option<IpAddr> {
        let Listed { networks, services } = &*self.0;
        let is_listed = |address: IpAddr| networks.iter().any(|network| network.contains(address));
        let is_believed = match service {
            Some(service) => services.iter().any(|name| name == service.as_str()),
            None => is_listed(peer),
        };
        if !is_believed {
            return Some(peer.to_canonical());
        }
        for line in headers.get_all(FORWARDED_FOR).iter().rev() {
            for hop in line.to_str().ok()?.rsplit(',') {
                let hop: IpAddr = hop.trim().parse().ok()?;
                if !is_listed(hop) {
                    return Some(hop.to_canonical());
                }
            }
        }
        None
    }
}

/// Where a request comes from, as far as that can be believed; never an address that the caller made up.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S> FromRequestParts<S> for ClientAddress
where
    S: Send + Sync,
    Forwarders: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Some(ConnectInfo::<SocketAddr>(peer)) = parts.extensions.get() else {
            return Ok(Self(None));
        };
        let forwarders = Forwarders::from_ref(state);
        let service = parts.extensions.get::<PeerService>();
        Ok(Self(forwarders.client(peer.ip(), service, &parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn what_a_caller_writes_is_not_believed() {
        let proxies = ["10.1.0.0/16".parse().expect("a network")];
        let seen = |peer: &str, lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
            }
            let forwarders = Forwarders::new(proxies.to_vec(), Vec::new());
            forwarders
                .client(ip(peer), None, &headers)
                .map(|address| address.to_string())
        };
        let expect = |address: &str| Some(address.to_owned());
        // Not through a proxy of ours: the header is the caller's own.
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]), expect("192.0.2.1"));
        assert_eq!(seen("10.1.0.1", &["198.51.100.7"]), expect("198.51.100.7"));
        assert_eq!(
            seen("10.1.0.1", &["203.0.113.9, 198.51.100.7"]),
            expect("198.51.100.7")
        );
        assert_eq!(
            seen("10.1.0.1", &["203.0.113.9", "198.51.100.7, 10.1.0.2"]),
            expect("198.51.100.7")
        );
        assert_eq!(seen("10.1.0.1", &["203.0.113.9, nonsense"]), None);
        assert_eq!(seen("10.1.0.1", &["10.1.0.2"]), None);
        assert_eq!(seen("10.1.0.1", &[]), None);
    }
    /// Over mutual TLS the certificate says who forwards, whatever address it calls from.
    #[test]
    fn a_certificate_outweighs_the_address() {
        let forwarders = Forwarders::new(
            vec!["10.1.0.0/16".parse().expect("a network")],
            vec!["storefront".to_owned()],
        );
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, HeaderValue::from_static("198.51.100.7, 10.1.0.2"));
        let seen = |peer: &str, service: &str| {
            let service = PeerService::of_id(&format!("spiffe://garnitur/{service}"));
            forwarders.client(ip(peer), service.as_ref(), &headers)
        };
        assert_eq!(seen("192.0.2.1", "storefront"), Some(ip("198.51.100.7")));
        assert_eq!(seen("10.1.0.1", "orders"), Some(ip("10.1.0.1")));
    }
}
