//! An authority, files of services, servers with them, and clients that hold what they should or should not.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use auth::{Callers, PeerService, ServiceName, require_service};
use axum::Router;
use axum::extract::{ConnectInfo, Extension};
use axum::routing::get;
use balancer::{Client, Request};
use ca::{Authority, Issued, Leaf, Validity};
use chassis::{Drained, Entrance, Face, HttpConfig, Listener, Security, Server, Shutdown, Tls, TlsConfig};
use http::StatusCode;
use kernel::{Clock as _, SharedClock, SystemClock};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SanType};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use telemetry::Metrics;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::service;

/// An authority and a folder with the files of services.
pub struct Bench {
    pub authority: Authority,
    /// Trusted as well; issues what ours would not.
    second: Issuer<'static, KeyPair>,
    folder: TempDir,
}

pub fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

pub fn days(days: u32) -> Validity {
    Validity::days(SystemClock.now(), days)
}

/// A service's names here: its own, and where the tests reach it.
pub fn leaf(name: &str) -> Leaf {
    Leaf::new(name).expect("a good name").dns("localhost")
}

impl Bench {
    pub fn new() -> Self {
        let authority = Authority::create("test", days(30)).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let second = params.self_signed(&key).expect("an authority").pem();
        let folder = tempfile::tempdir().expect("a folder");
        let trusted = format!("{}{second}", authority.certificate());
        std::fs::write(folder.path().join("ca.pem"), trusted).expect("write");
        Self {
            authority,
            second: Issuer::new(params, key),
            folder,
        }
    }

    /// A trusted certificate with these names and no others.
    pub fn named(&self, names: Vec<SanType>) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.subject_alt_names = names;
        let certificate = params.signed_by(&key, &self.second).expect("a certificate");
        Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }

    /// A certificate of the authority.
    pub fn issue(&self, name: &str, validity: Validity) -> Issued {
        self.authority
            .issue(&leaf(name), validity)
            .expect("a certificate")
    }

    /// Writes a certificate and its key as those of a service, and answers the service's configuration.
    pub fn install(&self, name: &str, issued: &Issued) -> TlsConfig {
        let config = TlsConfig {
            certificate: Some(self.path(&format!("{name}.pem"))),
            key: Some(self.path(&format!("{name}.key"))),
            authorities: Some(self.path("ca.pem")),
            reload_ms: 20,
            ..TlsConfig::default()
        };
        std::fs::write(self.path(&format!("{name}.key")), &issued.key).expect("write");
        std::fs::write(self.path(&format!("{name}.pem")), &issued.certificate).expect("write");
        config
    }

    /// The configuration of a service with a good certificate.
    pub fn of(&self, name: &str) -> TlsConfig {
        self.install(name, &self.issue(name, days(1)))
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// A server with orders' certificate whose edge is protected so.
    pub async fn server(&self, security: Security, http: HttpConfig) -> Served {
        let tls = TlsConfig {
            edge: security,
            ..self.of("orders")
        };
        serve(&http, &tls).await
    }

    /// A client that holds the certificate of a service.
    pub fn client(&self, name: &str, served: &Served) -> Client {
        client(
            &self.of(name),
            &format!("https://localhost:{}", served.address.port()),
        )
    }
}

pub fn client(config: &TlsConfig, address: &str) -> Client {
    let tls = Tls::open(config, &Metrics::new("client"), &clock()).expect("good files");
    let client = tls.outgoing().client("test", [address], None);
    client.expect("an address").build()
}

pub async fn ask(client: &Client, path: &str) -> Result<(StatusCode, String), balancer::Error> {
    let answer = client.send(Request::get(path)).await?;
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    Ok((answer.status, body))
}

/// A server that runs.
pub struct Served {
    pub address: SocketAddr,
    pub metrics: Metrics,
    pub shutdown: Shutdown,
    /// Lets a request to `/wait` go on.
    pub go_on: Arc<Notify>,
    task: JoinHandle<Drained>,
}

impl Served {
    pub async fn ended(self) -> Drained {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        ended.expect("the server ends").expect("without a panic")
    }

    /// The value of a metric with these labels; `None` while it has none.
    pub fn metric(&self, name: &str) -> Option<i64> {
        let text = self.metrics.render();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(|value| value.parse().expect("a number"))
    }

    pub fn refused(&self, reason: &str) -> Option<i64> {
        self.metric(&format!("connections_refused_total{{reason=\"{reason}\"}}"))
    }
}

/// Serves an edge that says who is there.
pub async fn serve(http: &HttpConfig, tls: &TlsConfig) -> Served {
    let go_on = Arc::new(Notify::new());
    let waiting = Arc::clone(&go_on);
    let mutual = TlsConfig {
        internal: Security::Mutual,
        ..TlsConfig::default()
    };
    let callers = mutual.callers(&Callers::Certified(vec!["catalog".to_owned()]));
    let inner = Router::new()
        .route(
            "/inner",
            get(async |caller: ServiceName| caller.as_str().to_owned()),
        )
        .layer(require_service(callers.expect("good names")));
    let router = Router::new()
        .route("/who", get(who))
        .route(
            "/wait",
            get(async move || {
                waiting.notified().await;
                "waited"
            }),
        )
        .merge(inner);
    let service = service(router, http);
    let metrics = service.metrics().clone();
    let opened = Tls::open(tls, &metrics, &clock()).expect("good files");
    let entrance = Entrance::of(Face::Edge, http, tls, &opened, &metrics);
    let any = "127.0.0.1:0".parse().expect("an address");
    let router = service.router(Face::Edge).expect("it has one");
    let listener = Listener::new("http.edge", any, router).entrance(entrance);
    let server = Server::bind(vec![listener]).await.expect("a free port");
    let address = server.addresses()[0];
    let shutdown = Shutdown::new();
    let (delay, deadline) = (Duration::ZERO, Duration::from_mins(10));
    let task = tokio::spawn(server.run(vec![service], shutdown.clone(), delay, deadline));
    Served {
        address,
        metrics,
        shutdown,
        go_on,
        task,
    }
}

async fn who(peer: Option<Extension<PeerService>>, ConnectInfo(address): ConnectInfo<SocketAddr>) -> String {
    let name = peer.map_or_else(|| "nobody".to_owned(), |peer| peer.as_str().to_owned());
    format!("{name} at {}", address.ip())
}

/// A TLS connection with or without a certificate of the client's own.
pub async fn connect(
    bench: &Bench,
    address: SocketAddr,
    own: Option<&Issued>,
) -> std::io::Result<TlsStream<TcpStream>> {
    shake(bench, TcpStream::connect(address).await?, own).await
}

pub async fn shake(
    bench: &Bench,
    stream: TcpStream,
    own: Option<&Issued>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(bench.authority.certificate().as_bytes());
    roots.add(authority.expect("PEM")).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let config = match own {
        Some(own) => config
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(own.certificate.as_bytes()).expect("PEM")],
                PrivateKeyDer::from_pem_slice(own.key.as_bytes()).expect("PEM"),
            )
            .expect("they belong together"),
        None => config.with_no_client_auth(),
    };
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// One request over a connection, which is closed after it.
pub async fn exchange(
    stream: &mut (impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin),
    path: &str,
) -> std::io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
