use std::io;
use std::sync::Arc;
use std::time::Duration;

use balancer::{BadEndpoint, Builder, Client, Dial, Dns, Io, System, Tcp};
use futures_util::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::uri::Scheme;
use http::{HeaderValue, Uri};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Tls;

/// How often the addresses of names are asked for anew.
const RESOLVE: Duration = Duration::from_secs(2);

/// The way to other services: plain to `http` addresses, with this service's certificate to `https` ones, whose own has to
/// be of our authorities and of the name that is called. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outgoing {
    tls: Tls,
}

/// An address that cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum BadAddress {
    /// It is no address.
    #[error(transparent)]
    Endpoint(#[from] BadEndpoint),
    /// There is no certificate to call it with.
    #[error("{0} needs a certificate to call with: set tls.certificate, tls.key and tls.authorities")]
    NoCertificate(String),
}

impl Outgoing {
    /// Without a certificate: `http` addresses only.
    pub const fn plain() -> Self {
        Self { tls: Tls::none() }
    }

    pub(super) const fn new(tls: Tls) -> Self {
        Self { tls }
    }

    /// Whether this service can show a certificate, so that it needs no token.
    pub fn is_certified(&self) -> bool {
        self.tls
            .current()
            .is_some_and(|material| material.mutual.is_some())
    }

    /// Begins a client of the service `name` with replicas at these addresses. Its calls carry the trace and, where it is
    /// given, the value of `Authorization`. A renewed certificate is used from the next connection on.
    pub fn client<S: AsRef<str>>(
        &self,
        name: &str,
        addresses: impl IntoIterator<Item = S>,
        authorization: Option<HeaderValue>,
    ) -> Result<Builder, BadAddress> {
        let replicas = self.replicas(addresses)?;
        Ok(Client::builder(name, &replicas)
            .dial(Arc::new(self.clone()))
            .headers(move |headers| {
                telemetry::inject(headers);
                if let Some(authorization) = &authorization {
                    headers.insert(AUTHORIZATION, authorization.clone());
                }
            }))
    }

    /// The replicas at these addresses, for a client of [`Outgoing::client`] too. A name that stands for many addresses
    /// stands for as many replicas (INF-5).
    pub fn replicas<S: AsRef<str>>(&self, addresses: impl IntoIterator<Item = S>) -> Result<Dns, BadAddress> {
        let addresses: Vec<S> = addresses.into_iter().collect();
        let secured = addresses.iter().find(|address| is_secured(address.as_ref()));
        if let Some(address) = secured
            && !self.is_certified()
        {
            return Err(BadAddress::NoCertificate(address.as_ref().to_owned()));
        }
        Ok(Dns::new(addresses, RESOLVE, Arc::new(System))?)
    }
}

fn is_secured(address: &str) -> bool {
    address
        .parse::<Uri>()
        .is_ok_and(|uri| uri.scheme() == Some(&Scheme::HTTPS))
}

impl Dial for Outgoing {
    fn dial(&self, uri: &Uri, name: &str) -> BoxFuture<'static, io::Result<Box<dyn Io>>> {
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Tcp.dial(uri, name);
        }
        let name = name.to_owned();
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(443);
        let current = self.tls.current();
        Box::pin(async move {
            let mutual = current.as_ref().and_then(|material| material.mutual.as_ref());
            let mutual = mutual.ok_or_else(|| io::Error::other("no certificate to call with"))?;
            let name = ServerName::try_from(name).map_err(io::Error::other)?;
            let stream = TcpStream::connect((host.as_str(), port)).await?;
            stream.set_nodelay(true)?;
            let connector = TlsConnector::from(Arc::clone(&mutual.client));
            let stream = connector.connect(name, stream).await?;
            Ok(Box::new(stream) as Box<dyn Io>)
        })
    }
}
