//! Routers asked without a network, and a server on a real socket.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use chassis::{Drained, Face, HttpConfig, Listener, Server, Service, Shutdown};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use telemetry::Metrics;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use utoipa::openapi::OpenApi;

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The problem of this kind (RFC 9457); panics when the answer is something else.
    pub fn problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status, "{problem}");
        let kind = problem["type"].as_str().expect("a type");
        assert_eq!(kind.rsplit('/').next(), Some(slug), "{problem}");
        problem
    }
}

pub async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let (head, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Answer {
        status: head.status,
        headers: head.headers,
        body: String::from_utf8(body.into()).expect("a text"),
    }
}

pub async fn get(router: &Router, path: &str) -> Answer {
    ask(
        router,
        Request::get(path)
            .header("accept-language", "en")
            .body(Body::empty())
            .unwrap(),
    )
    .await
}

/// A service whose edge is `router`.
pub fn service(router: Router, http: &HttpConfig) -> Service {
    Service::new("test", Metrics::new("test"))
        .http(http)
        .face(Face::Edge, router, OpenApi::default())
}

/// `router` in the stack.
pub fn wrapped(router: Router, http: &HttpConfig) -> Router {
    service(router, http)
        .router(Face::Edge)
        .expect("the face was just added")
}

/// A service that runs: its jobs, and its edge and operation at real sockets.
pub struct Running {
    pub edge: SocketAddr,
    pub ops: SocketAddr,
    pub shutdown: Shutdown,
    task: JoinHandle<Drained>,
}

impl Running {
    /// Waits for the end; a server that does not end is a failure, not a stuck build.
    pub async fn ended(self) -> Drained {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        ended.expect("the server ends").expect("without a panic")
    }
}

pub async fn run(service: Service, drain_delay: Duration, drain_deadline: Duration) -> Running {
    let any = "127.0.0.1:0".parse().unwrap();
    let edge = service.router(Face::Edge).unwrap_or_default();
    let listeners = vec![
        Listener::new("http.edge", any, edge),
        Listener::ops("http.internal", any, service.ops_router()),
    ];
    let server = Server::bind(listeners).await.expect("free ports");
    let addresses = server.addresses();
    let shutdown = Shutdown::new();
    let task = tokio::spawn(server.run(vec![service], shutdown.clone(), drain_delay, drain_deadline));
    Running {
        edge: addresses[0],
        ops: addresses[1],
        shutdown,
        task,
    }
}

/// One GET over a connection of its own. Fails as the connection does; an answer that ends early is an error.
pub async fn fetch(address: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head
        .get(9..12)
        .and_then(|status| status.parse().ok())
        .expect("a status");
    Ok((status, body.to_owned()))
}
