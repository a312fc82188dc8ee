use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use tokio::sync::watch;

/// Where one replica listens: scheme and authority, such as `http://10.0.0.7:8121`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
}

/// An address that names no replica.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an address like http://host:port")]
pub struct BadEndpoint(pub String);

impl Endpoint {
    /// The authority, `host:port`: a label for logs and metrics.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The absolute URI of a path on this replica.
    pub(crate) fn uri(&self, path: &PathAndQuery) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path.clone());
        Uri::from_parts(parts).expect("scheme, authority and path make a URI")
    }
}

impl FromStr for Endpoint {
    type Err = BadEndpoint;

    /// Accepts `http` and `https` origins without user information; a path other than `/` is refused. What is said over
    /// `https` is up to the client's [`Dial`](crate::Dial).
    fn from_str(text: &str) -> Result<Self, BadEndpoint> {
        let bad = || BadEndpoint(text.to_owned());
        let parts = text.parse::<Uri>().map_err(|_| bad())?.into_parts();
        let scheme = parts
            .scheme
            .filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme))
            .ok_or_else(bad)?;
        let authority = parts
            .authority
            .filter(|a| !a.host().is_empty() && !a.as_str().contains('@'))
            .ok_or_else(bad)?;
        if parts.path_and_query.is_some_and(|path| path != "/") {
            return Err(bad());
        }
        Ok(Self { scheme, authority })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

/// A source of replicas: a fixed list, DNS, Kubernetes.
pub trait Discover: Send + Sync + 'static {
    /// The replicas as they are now and as they change. The client reads the newest list before every try;
    /// replicas that stay on the list keep their health and latency.
    fn watch(&self) -> watch::Receiver<Arc<[Endpoint]>>;
}

/// A list of replicas that never changes.
#[derive(Debug)]
pub struct Fixed(watch::Sender<Arc<[Endpoint]>>);

impl Fixed {
    /// Replicas at the given origins; fails on the first that is not an origin.
    pub fn new<S: AsRef<str>>(origins: impl IntoIterator<Item = S>) -> Result<Self, BadEndpoint> {
        let endpoints: Arc<[Endpoint]> = origins
            .into_iter()
            .map(|origin| origin.as_ref().parse())
            .collect::<Result<_, _>>()?;
        Ok(Self(watch::Sender::new(endpoints)))
    }
}

impl Discover for Fixed {
    fn watch(&self) -> watch::Receiver<Arc<[Endpoint]>> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_origins_are_endpoints() {
        for good in [
            "http://127.0.0.1:8121",
            "http://catalog:80/",
            "http://[::1]:9",
            "https://catalog",
        ] {
            assert!(good.parse::<Endpoint>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "catalog:80",
            "ftp://catalog",
            "http://",
            "http://a/b",
            "http://u:p@a",
            "/x",
        ] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }
}
