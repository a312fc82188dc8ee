use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The services of a site.
pub const PARTS: [&str; 3] = ["storefront", "catalog", "orders"];

/// The signature of the PROXY protocol's version 2 (section 2.2 of its specification).
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// Where the parts of all sites listen, each at its site's own address.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// Requests, by part.
    pub serve: [u16; 3],
    /// `/readyz`, by part.
    pub check: [u16; 3],
}

/// A site of three services that say who served whom.
pub struct Site {
    pub address: Ipv4Addr,
    pub ports: Ports,
    name: &'static str,
    ready: [Arc<AtomicBool>; 3],
    stop: CancellationToken,
    hang: CancellationToken,
}

impl Site {
    /// A site at an address of its own, at `ports` or, for the first site, at ports that were free.
    pub async fn open(name: &'static str, address: Ipv4Addr, ports: Option<Ports>) -> Self {
        let mut site = Self {
            address,
            ports: ports.unwrap_or(Ports {
                serve: [0; 3],
                check: [0; 3],
            }),
            name,
            ready: std::array::from_fn(|_| Arc::new(AtomicBool::new(true))),
            stop: CancellationToken::new(),
            hang: CancellationToken::new(),
        };
        site.listen().await;
        site
    }

    async fn listen(&mut self) {
        for (part, service) in PARTS.iter().enumerate() {
            let serve = TcpListener::bind((self.address, self.ports.serve[part]))
                .await
                .unwrap();
            let check = TcpListener::bind((self.address, self.ports.check[part]))
                .await
                .unwrap();
            self.ports.serve[part] = serve.local_addr().unwrap().port();
            self.ports.check[part] = check.local_addr().unwrap().port();
            let readyz = Router::new()
                .route("/readyz", get(readyz))
                .with_state((Arc::clone(&self.ready[part]), self.hang.clone()));
            let stopped = self.stop.clone().cancelled_owned();
            tokio::spawn(async move { axum::serve(check, readyz).with_graceful_shutdown(stopped).await });
            tokio::spawn(self.stop.clone().run_until_cancelled_owned(accept(
                serve,
                format!("{}/{service}", self.name),
                self.stop.clone(),
                self.hang.clone(),
            )));
        }
    }

    /// Whether a part says that it can serve.
    pub fn set_ready(&self, part: usize, ready: bool) {
        self.ready[part].store(ready, Ordering::Relaxed);
    }

    /// Closes everything at once, as a process that is killed.
    pub fn kill(&self) {
        self.stop.cancel();
    }

    /// Answers nothing any more and closes nothing, as behind a network that is cut.
    pub fn cut(&self) {
        self.hang.cancel();
    }

    /// Listens again at the same ports.
    pub async fn open_again(&mut self) {
        self.stop.cancel();
        (self.stop, self.hang) = (CancellationToken::new(), CancellationToken::new());
        self.listen().await;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn readyz(State((ready, hang)): State<(Arc<AtomicBool>, CancellationToken)>) -> StatusCode {
    if hang.is_cancelled() {
        std::future::pending::<()>().await;
    }
    if ready.load(Ordering::Relaxed) {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn accept(listener: TcpListener, name: String, stop: CancellationToken, hang: CancellationToken) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let serving = connection(stream, name.clone(), hang.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(serving));
    }
}

async fn connection(mut stream: TcpStream, name: String, hang: CancellationToken) {
    let Some(client) = proxied(&mut stream).await else {
        return;
    };
    let app = Router::new().fallback(move |request: Request| answer(name, client, hang, request));
    let http = hyper::server::conn::http1::Builder::new();
    // The balancer closes connections as it likes.
    let _ = http
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app))
        .await;
}

/// The client that the balancer names: a header of 16 bytes, then both addresses. `None` at the end of the stream.
async fn proxied(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<SocketAddr> {
    let mut head = [0; 16];
    stream.read_exact(&mut head).await.ok()?;
    assert_eq!(&head[..12], SIGNATURE, "no PROXY header of version 2");
    let mut rest = vec![0; usize::from(u16::from_be_bytes([head[14], head[15]]))];
    stream.read_exact(&mut rest).await.ok()?;
    assert_eq!((head[12], head[13]), (0x21, 0x11), "PROXY of TCP over IPv4");
    let address: [u8; 4] = rest[..4].try_into().unwrap();
    Some(SocketAddr::new(
        IpAddr::from(address),
        u16::from_be_bytes([rest[8], rest[9]]),
    ))
}

async fn answer(
    name: String,
    client: SocketAddr,
    hang: CancellationToken,
    request: Request,
) -> impl IntoResponse {
    if hang.is_cancelled() {
        std::future::pending::<()>().await;
    }
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let policy = request.uri().path().contains("with-policy");
    let body = serde_json::json!({ "by": name, "client": client.ip(), "headers": headers });
    let own: &[(&str, &str)] = if policy {
        &[
            ("content-security-policy", "default-src 'self'"),
            ("server", "small"),
        ]
    } else {
        &[]
    };
    let mut response = axum::Json(body).into_response();
    for (name, value) in own {
        response
            .headers_mut()
            .insert(axum::http::HeaderName::from_static(name), value.parse().unwrap());
    }
    response
}
