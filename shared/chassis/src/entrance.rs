use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use auth::{Network, PeerService};
use rustls::Error as TlsError;
use telemetry::Metrics;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::{Face, HttpConfig, Security, Tls, TlsConfig, proxy};

/// What stands before HTTP on a listener: the PROXY protocol, TLS, or both, within one time limit.
#[derive(Clone)]
pub struct Entrance {
    proxies: Arc<[Network]>,
    security: Security,
    tls: Tls,
    limit: Duration,
    metrics: Metrics,
}

/// Who has come in.
pub(crate) struct Guest {
    pub(crate) stream: Stream,
    /// The address that called, as the balancer in front says where there is one.
    pub(crate) address: SocketAddr,
    /// The service of its certificate.
    pub(crate) service: Option<PeerService>,
}

pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Entrance {
    /// That of a face's listener; `None` where HTTP begins at once. The PROXY protocol is for the faces that people
    /// come to, `edge` and `staff`.
    pub fn of(
        face: Face,
        http: &HttpConfig,
        config: &TlsConfig,
        tls: &Tls,
        metrics: &Metrics,
    ) -> Option<Self> {
        let proxies: &[Network] = match face {
            Face::Edge | Face::Staff => &http.proxies,
            Face::Internal => &[],
        };
        let security = config.of(face);
        if proxies.is_empty() && security == Security::Plain {
            return None;
        }
        Some(Self {
            proxies: proxies.into(),
            security,
            tls: tls.clone(),
            limit: http.entrance_limit(),
            metrics: metrics.clone(),
        })
    }

    /// Lets a connection in. Takes its time; `None`, counted and logged, when it is refused.
    pub(crate) async fn pass(&self, stream: TcpStream, peer: SocketAddr) -> Option<Guest> {
        let (reason, error) = match tokio::time::timeout(self.limit, self.greet(stream, peer)).await {
            Ok(Ok(guest)) => return Some(guest),
            Ok(Err((stage, error))) => (reason(stage, &error), error),
            Err(_) => ("timeout", io::ErrorKind::TimedOut.into()),
        };
        self.metrics
            .counter_vec(
                "connections_refused_total",
                "Connections that ended before HTTP, by what was wrong.",
                &["reason"],
            )
            .with_label_values(&[reason])
            .inc();
        // Only machines of ours send a certificate or come through a balancer; of strangers no address is kept.
        match reason {
            "certificate" | "no_certificate" | "proxy" => {
                tracing::warn!(%peer, %error, reason, "connection refused");
            }
            _ => tracing::debug!(%error, reason, "connection refused"),
        }
        None
    }

    async fn greet(&self, mut stream: TcpStream, peer: SocketAddr) -> Result<Guest, (Stage, io::Error)> {
        let mut address = peer;
        if self.proxies.iter().any(|network| network.contains(peer.ip())) {
            let told = proxy::read(&mut stream)
                .await
                .map_err(|error| (Stage::Proxy, error))?;
            address = told.unwrap_or(peer);
        }
        if self.security == Security::Plain {
            return Ok(Guest {
                stream: Stream::Plain(stream),
                address,
                service: None,
            });
        }
        let (stream, service) = self
            .tls
            .accept(stream, self.security)
            .await
            .map_err(|error| (Stage::Tls, error))?;
        Ok(Guest {
            stream: Stream::Tls(Box::new(stream)),
            address,
            service,
        })
    }
}

#[derive(Clone, Copy)]
enum Stage {
    Proxy,
    Tls,
}

/// A label of few values.
fn reason(stage: Stage, error: &io::Error) -> &'static str {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        // Who connects only to see whether somebody listens.
        return "closed";
    }
    match (stage, error.get_ref().and_then(|inner| inner.downcast_ref())) {
        (Stage::Proxy, _) => "proxy",
        (Stage::Tls, Some(TlsError::NoCertificatesPresented)) => "no_certificate",
        (Stage::Tls, Some(TlsError::InvalidCertificate(_))) => "certificate",
        (Stage::Tls, _) => "tls",
    }
}

impl std::fmt::Debug for Entrance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entrance")
            .field("proxies", &self.proxies)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}
