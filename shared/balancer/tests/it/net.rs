//! Replicas that live in this process and are reached through pipes, so that time can be paused.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use balancer::{Builder, Client, Dial, Endpoint, Fixed, Io, Observe, Outcome, Policy};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Uri;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;

/// What a replica does with requests.
#[derive(Debug, Clone, Copy)]
pub enum Mode {
    /// Answers with a status after a time.
    Answer(u16, Duration),
    /// Reads the request and closes the connection.
    Break,
    /// Reads the request and never answers.
    Hang,
    /// Cannot be connected to; connections it had are cut.
    Down,
}

/// 200 at once.
pub const OK: Mode = Mode::Answer(200, Duration::ZERO);

pub struct Replica {
    pub name: &'static str,
    mode: watch::Sender<Mode>,
    hits: AtomicUsize,
    dials: AtomicUsize,
    seen: Mutex<Vec<(http::request::Parts, Bytes)>>,
}

impl Replica {
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Requests it has read.
    pub fn hits(&self) -> usize {
        self.hits.load(Ordering::Relaxed)
    }

    /// Connections that were tried.
    pub fn dials(&self) -> usize {
        self.dials.load(Ordering::Relaxed)
    }

    pub fn last_seen(&self) -> (http::request::Parts, Bytes) {
        self.seen
            .lock()
            .unwrap()
            .last()
            .cloned()
            .expect("a request was seen")
    }

    async fn answer(
        &self,
        request: http::Request<Incoming>,
    ) -> Result<http::Response<Full<Bytes>>, io::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        self.seen.lock().unwrap().push((head, body.clone()));
        self.hits.fetch_add(1, Ordering::Relaxed);
        let mode = *self.mode.borrow();
        match mode {
            Mode::Answer(status, delay) => {
                tokio::time::sleep(delay).await;
                let echo = if body.is_empty() {
                    Bytes::from_static(self.name.as_bytes())
                } else {
                    body
                };
                Ok(http::Response::builder()
                    .status(status)
                    .header("x-replica", self.name)
                    .header("connection", "x-hop")
                    .header("x-hop", "1")
                    .body(Full::new(echo))
                    .expect("a valid answer"))
            }
            Mode::Hang => std::future::pending().await,
            Mode::Break | Mode::Down => Err(io::Error::other("breaks off")),
        }
    }

    async fn serve(self: Arc<Self>, io: tokio::io::DuplexStream) {
        let replica = Arc::clone(&self);
        let service = service_fn(move |request| {
            let replica = Arc::clone(&replica);
            async move { replica.answer(request).await }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(io), service);
        let mut mode = self.mode.subscribe();
        tokio::select! {
            _ = connection => {}
            _ = mode.wait_for(|mode| matches!(mode, Mode::Down)) => {}
        }
    }
}

/// Replicas by authority, and a record of what the client reports.
#[derive(Default)]
pub struct Net {
    replicas: HashMap<String, Arc<Replica>>,
    pub log: Mutex<Vec<String>>,
}

impl Net {
    pub fn new(names: &[&'static str]) -> Arc<Self> {
        let replicas = names
            .iter()
            .map(|name| {
                let replica = Replica {
                    name,
                    mode: watch::Sender::new(OK),
                    hits: AtomicUsize::new(0),
                    dials: AtomicUsize::new(0),
                    seen: Mutex::new(Vec::new()),
                };
                (format!("{name}:80"), Arc::new(replica))
            })
            .collect();
        Arc::new(Self {
            replicas,
            log: Mutex::default(),
        })
    }

    pub fn replica(&self, name: &str) -> &Replica {
        &self.replicas[&format!("{name}:80")]
    }

    pub fn hits(&self) -> usize {
        self.replicas.values().map(|replica| replica.hits()).sum()
    }

    pub fn builder(self: &Arc<Self>) -> Builder {
        let mut origins: Vec<String> = self
            .replicas
            .keys()
            .map(|name| format!("http://{name}"))
            .collect();
        origins.sort();
        let fixed = Fixed::new(origins).expect("origins");
        Client::builder("test", &fixed)
            .dial(Arc::clone(self) as Arc<dyn Dial>)
            .observer(Arc::clone(self) as Arc<dyn Observe>)
    }

    pub fn client(self: &Arc<Self>, policy: Policy) -> Client {
        self.builder().policy(policy).build()
    }

    pub fn logged(&self, what: &str) -> usize {
        self.log
            .lock()
            .unwrap()
            .iter()
            .filter(|line| line.starts_with(what))
            .count()
    }
}

impl Dial for Net {
    fn dial(&self, uri: &Uri, _: &str) -> BoxFuture<'static, io::Result<Box<dyn Io>>> {
        let replica = uri
            .authority()
            .and_then(|authority| self.replicas.get(authority.as_str()));
        let replica = Arc::clone(replica.expect("a replica of this net"));
        Box::pin(async move {
            replica.dials.fetch_add(1, Ordering::Relaxed);
            if matches!(*replica.mode.borrow(), Mode::Down) {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let (ours, theirs) = tokio::io::duplex(64 << 10);
            tokio::spawn(replica.serve(theirs));
            Ok(Box::new(ours) as Box<dyn Io>)
        })
    }
}

impl Observe for Net {
    fn tried(&self, _: &str, endpoint: &Endpoint, outcome: Outcome, _: Duration) {
        let line = format!("tried {} {}", endpoint.authority(), outcome.label());
        self.log.lock().unwrap().push(line);
    }

    fn retried(&self, _: &str) {
        self.log.lock().unwrap().push("retried".to_owned());
    }

    fn retry_refused(&self, _: &str) {
        self.log.lock().unwrap().push("refused".to_owned());
    }

    fn ejected(&self, _: &str, endpoint: &Endpoint, _: Duration) {
        self.log
            .lock()
            .unwrap()
            .push(format!("ejected {}", endpoint.authority()));
    }

    fn returned(&self, _: &str, endpoint: &Endpoint) {
        self.log
            .lock()
            .unwrap()
            .push(format!("returned {}", endpoint.authority()));
    }

    fn failed_fast(&self, _: &str) {
        self.log.lock().unwrap().push("failed fast".to_owned());
    }
}

/// The answer of a plain TCP server, for the one test that needs it.
pub async fn hello(_: http::Request<Incoming>) -> Result<http::Response<Full<Bytes>>, Infallible> {
    Ok(http::Response::new(Full::new(Bytes::from_static(b"hello"))))
}
