use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use tokio::sync::watch;

/// Where one replica listens: scheme and authority, such as `http://10.0.0.7:8121`. One that was found by a name knows it:
/// its certificate says the name and not the address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    name: Option<Arc<str>>,
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

    /// Host and port; the port that goes with the scheme where none is said.
    pub(crate) fn host_and_port(&self) -> (&str, u16) {
        let usual = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        let host = self.authority.host();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (host, self.authority.port_u16().unwrap_or(usual))
    }

    /// The replica that listens at one of this one's addresses.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        let (host, _) = self.host_and_port();
        Self {
            scheme: self.scheme.clone(),
            authority: Authority::try_from(address.to_string())
                .expect("an address and its port are an authority"),
            name: Some(host.into()),
        }
    }

    /// The absolute URI of a path on this replica. A name stands where a user would: there it is a part of what
    /// connections are kept by, and comes to whoever makes them ([`called`]).
    pub(crate) fn uri(&self, path: &PathAndQuery) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(match &self.name {
            None => self.authority.clone(),
            Some(name) => Authority::try_from(format!("{name}@{}", self.authority))
                .expect("a host is no less than a user may be"),
        });
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
        Ok(Self {
            scheme,
            authority,
            name: None,
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

/// The name that is called by an URI of [`Endpoint::uri`], and the URI without it.
pub(crate) fn called(uri: &Uri) -> (String, Uri) {
    let authority = uri.authority().map_or("", Authority::as_str);
    let Some((name, address)) = authority.split_once('@') else {
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        return (host.to_owned(), uri.clone());
    };
    let mut parts = uri.clone().into_parts();
    parts.authority = Authority::try_from(address).ok();
    (
        name.to_owned(),
        Uri::from_parts(parts).unwrap_or_else(|_| uri.clone()),
    )
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
    fn a_replica_that_was_found_by_a_name_is_called_by_it() {
        let named: Endpoint = "https://catalog:8080".parse().unwrap();
        let path = PathAndQuery::from_static("/x?y");
        assert_eq!(
            called(&named.uri(&path)),
            ("catalog".to_owned(), named.uri(&path))
        );
        for (address, authority) in [
            ("10.0.0.7:8080", "10.0.0.7:8080"),
            ("[fd00::7]:8080", "[fd00::7]:8080"),
        ] {
            let found = named.at(address.parse().unwrap());
            assert_eq!(found.authority(), authority);
            assert_ne!(found, named);
            let (name, uri) = called(&found.uri(&path));
            assert_eq!(name, "catalog");
            assert_eq!(uri.to_string(), format!("https://{authority}/x?y"));
        }
        let six: Endpoint = "http://[::1]".parse().unwrap();
        assert_eq!(six.host_and_port(), ("::1", 80));
    }

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
