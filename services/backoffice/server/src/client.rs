use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::{Deserialize, Deserializer};

use crate::staff::StaffFace;

/// Header in which each proxy on the way adds the address it was called from, at the end.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// An address, or all that begin with the same bits (CIDR, RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

/// The text is no address and no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address or network such as 10.1.0.0/16")]
pub struct BadNetwork;

impl Network {
    /// Whether `address` is in the network.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.prefix
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = IpAddr::from_str(address).map_err(|_| BadNetwork)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), str::parse).map_err(|_| BadNetwork)?;
        if prefix > bits {
            return Err(BadNetwork);
        }
        Ok(Self { address, prefix })
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Where a request comes from, as far as that can be believed; never an address that the caller made up.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

impl FromRequestParts<StaffFace> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, face: &StaffFace) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get()
            .map(|ConnectInfo::<SocketAddr>(peer)| peer.ip());
        Ok(Self(
            peer.and_then(|peer| client(peer, &parts.headers, &face.proxies)),
        ))
    }
}

/// The peer itself, or, behind proxies of ours, the last address in `X-Forwarded-For` that is not a proxy's: what
/// stands before that was written by the caller. `None` when the proxies do not say.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> Option<IpAddr> {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    if !is_proxy(peer) {
        return Some(peer.to_canonical());
    }
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    for line in lines {
        for hop in line.to_str().ok()?.rsplit(',') {
            let hop: IpAddr = hop.trim().parse().ok()?;
            if !is_proxy(hop) {
                return Some(hop.to_canonical());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn networks_are_read_and_compared_by_prefix() {
        let network = |text: &str| text.parse::<Network>().expect("a network");
        assert!(network("10.1.0.0/16").contains(ip("10.1.255.1")));
        assert!(!network("10.1.0.0/16").contains(ip("10.2.0.1")));
        assert!(network("10.1.0.0/16").contains(ip("::ffff:10.1.0.1")));
        assert!(network("127.0.0.1").contains(ip("127.0.0.1")));
        assert!(!network("127.0.0.1").contains(ip("127.0.0.2")));
        assert!(network("0.0.0.0/0").contains(ip("8.8.8.8")));
        assert!(!network("0.0.0.0/0").contains(ip("::1")));
        assert!(network("fd00::/8").contains(ip("fd12::1")));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0/8", "portal"] {
            assert_eq!(bad.parse::<Network>(), Err(BadNetwork), "{bad}");
        }
    }

    #[test]
    fn what_a_caller_writes_is_not_believed() {
        let proxies = ["10.1.0.0/16".parse().expect("a network")];
        let seen = |peer: &str, lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
            }
            client(ip(peer), &headers, &proxies).map(|address| address.to_string())
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
}
