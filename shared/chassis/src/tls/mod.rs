//! TLS of a service: its certificate on its listeners and in its calls, the certificates of its callers, and renewal
//! while it runs (INF-8, SEC-1). docs/adr/0010-mutual-tls.md has the reasons.

mod certificate;
mod config;
mod files;
mod material;
mod outgoing;
mod renewal;

use std::io;
use std::sync::Arc;

use anyhow::Context as _;
use auth::PeerService;
use kernel::SharedClock;
use rustls::{CertificateError, Error as TlsError, ServerConfig};
use telemetry::Metrics;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub use config::{Security, TlsConfig};
use files::Files;
use material::Material;
pub use outgoing::{BadAddress, Outgoing};

/// What a service does TLS with, as its files are now. Cheap to clone; clones see renewals too.
#[derive(Clone)]
pub struct Tls {
    current: Option<watch::Receiver<Arc<Material>>>,
}

impl Tls {
    /// No TLS.
    pub const fn none() -> Self {
        Self { current: None }
    }

    /// Reads the files of the configuration, and looks for renewed ones as long as a clone exists. Needs a runtime.
    ///
    /// Fails where files are missing, cannot be read, do not belong together or cannot be used now; never later: a
    /// renewed pair that is no good is logged and counted, and the one in use stays.
    pub fn open(config: &TlsConfig, metrics: &Metrics, clock: &SharedClock) -> anyhow::Result<Self> {
        let Some(files) = Files::of(config)? else {
            return Ok(Self::none());
        };
        let contents = files.read()?;
        let material = Material::new(&contents, clock.now())?;
        tracing::info!(not_after = %material.not_after, "certificate in use");
        let renewal = renewal::Renewal::new(files, contents, config.reload(), metrics, Arc::clone(clock));
        let (sender, receiver) = watch::channel(Arc::new(material));
        tokio::spawn(renewal.run(sender));
        Ok(Self {
            current: Some(receiver),
        })
    }

    /// The way to other services.
    pub fn outgoing(&self) -> Outgoing {
        Outgoing::new(self.clone())
    }

    fn current(&self) -> Option<Arc<Material>> {
        self.current.as_ref().map(|current| Arc::clone(&current.borrow()))
    }

    /// Asks as a client, over a blocking connection to this service itself.
    pub(crate) fn own_client(
        config: &TlsConfig,
        clock: &SharedClock,
    ) -> anyhow::Result<rustls::ClientConnection> {
        let files = Files::of(config)?.context("tls.certificate is not set")?;
        let material = Material::new(&files.read()?, clock.now())?;
        let mutual = material
            .mutual
            .context("tls.authorities is not set: whom to trust?")?;
        Ok(rustls::ClientConnection::new(mutual.client, material.own_name)?)
    }

    /// The server's side of a new connection; `None` where the configuration promised none, which [`Files::of`] refuses.
    fn server(&self, security: Security) -> Option<Arc<ServerConfig>> {
        let material = self.current()?;
        match security {
            Security::Plain => None,
            Security::Tls => Some(Arc::clone(&material.server)),
            Security::Mutual => material.mutual.as_ref().map(|mutual| Arc::clone(&mutual.server)),
        }
    }

    /// Shakes hands with who has connected; with mutual TLS, answers which service it is.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
        security: Security,
    ) -> io::Result<(TlsStream<TcpStream>, Option<PeerService>)> {
        let server = self
            .server(security)
            .ok_or_else(|| io::Error::other("no certificate is configured"))?;
        let stream = TlsAcceptor::from(server).accept(stream).await?;
        let service = match security {
            Security::Mutual => {
                let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
                let shown = shown.first().ok_or_else(|| io::Error::other("no certificate"))?;
                let named = certificate::service(shown);
                Some(named.map_err(|_| io::Error::other(TlsError::from(CertificateError::NotValidForName)))?)
            }
            Security::Plain | Security::Tls => None,
        };
        Ok((stream, service))
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let until = self.current().map(|material| material.not_after);
        f.debug_struct("Tls").field("until", &until).finish()
    }
}
