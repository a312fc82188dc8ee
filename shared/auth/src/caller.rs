use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderValue;
use axum::http::request::Parts;

use crate::FORWARDED_FOR;

/// The way a request has come, as a site passes it on in `X-Forwarded-For`: what the request says of it, and the address
/// that calls. Services take the site's word for the last address only ([`ClientAddress`](crate::ClientAddress)), so a
/// caller cannot hide behind a made-up one (brute force, SEC-1).
#[derive(Debug, Clone)]
pub struct Caller(pub Option<HeaderValue>);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Caller {
    /// Of a request's head. Unknown without the address of the connection: what the headers alone say is a claim.
    pub fn of(parts: &Parts) -> Self {
        let Some(ConnectInfo::<SocketAddr>(peer)) = parts.extensions.get() else {
            return Self(None);
        };
        let peer = peer.ip().to_canonical().to_string();
        let hops: Vec<&str> = parts
            .headers
            .get_all(FORWARDED_FOR)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .chain([peer.as_str()])
            .collect();
        Self(
            HeaderValue::from_str(&hops.join(", "))
                .ok()
                .filter(|value| !value.is_empty()),
        )
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn the_address_that_calls_is_added_last() {
        let way = |headers: &[&str], peer: Option<&str>| {
            let mut request = Request::get("/");
            for line in headers {
                request = request.header(FORWARDED_FOR, *line);
            }
            let (mut parts, ()) = request.body(()).expect("a request").into_parts();
            if let Some(peer) = peer {
                let peer: SocketAddr = peer.parse().expect("an address");
                parts.extensions.insert(ConnectInfo(peer));
            }
            Caller::of(&parts)
                .0
                .map(|value| value.to_str().expect("ASCII").to_owned())
        };
        assert_eq!(way(&[], None), None);
        assert_eq!(way(&["1.2.3.4"], None), None);
        assert_eq!(way(&[], Some("10.1.0.7:5000")).as_deref(), Some("10.1.0.7"));
        assert_eq!(
            way(&[], Some("[::ffff:10.1.0.7]:5000")).as_deref(),
            Some("10.1.0.7")
        );
        assert_eq!(
            way(&["1.2.3.4", "5.6.7.8"], Some("10.1.0.7:5000")).as_deref(),
            Some("1.2.3.4, 5.6.7.8, 10.1.0.7")
        );
    }
}
