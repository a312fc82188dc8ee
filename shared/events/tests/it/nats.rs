//! A NATS server of the test's own, in a container of our image, which can be killed and come back.

use std::path::PathBuf;
use std::time::Duration;

use chassis::{Drained, Server, Service, Shutdown};
use events::{Broker, NatsConfig, Routes, Topology};
use telemetry::Metrics;
use test_support::containers::{self, Image};
use test_support::wait_for;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use url::Url;

use crate::support::{Inbox, TO};

pub const FROM: &str = "sender";
pub const ROUTES: &Routes = &[(FROM, TO, &["ru.garnitur.test.*"])];

/// Where the image's server listens.
const PORT: u16 = 4222;

pub struct Nats {
    server: containers::Server,
    folder: tempfile::TempDir,
}

impl Nats {
    /// A server with the image's own settings. `None` where tests with containers are left out.
    pub async fn start() -> Option<Self> {
        Self::of(|image| image.port(PORT)).await
    }

    /// A server at a port that was free a moment ago.
    pub async fn at(port: u16) -> Option<Self> {
        Self::of(|image| image.port_at(PORT, port)).await
    }

    /// A server with settings of a test's own.
    pub async fn with(change: impl FnOnce(Image) -> Image) -> Option<Self> {
        Self::of(|image| change(image.port(PORT))).await
    }

    async fn of(change: impl FnOnce(Image) -> Image) -> Option<Self> {
        if !containers::wanted() {
            return None;
        }
        let image = Image::new("nats").up_with("Server is ready");
        let nats = Self {
            server: change(image).start().await,
            folder: tempfile::tempdir().expect("a folder"),
        };
        nats.up().await;
        Some(nats)
    }

    pub fn port(&self) -> u16 {
        self.server.address(PORT).port()
    }

    /// For files that clients of this server read.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Gone at once, like a machine without power.
    pub async fn kill(&self) {
        self.server.kill().await;
    }

    /// The same server with what it had stored.
    pub async fn come_back(&self) {
        self.server.start().await;
        self.up().await;
    }

    /// Waits until it answers: the engine takes connections before it does.
    async fn up(&self) {
        let address = self.server.address(PORT);
        wait_for("NATS", Duration::from_mins(1), async || {
            let socket = TcpStream::connect(address).await.ok()?;
            let mut line = String::new();
            BufReader::new(socket).read_line(&mut line).await.ok()?;
            line.starts_with("INFO ").then_some(())
        })
        .await;
    }

    pub fn config(&self) -> NatsConfig {
        config(self.port())
    }
}

/// The address of a server that is there or not.
pub fn config(port: u16) -> NatsConfig {
    NatsConfig {
        servers: vec![Url::parse(&format!("nats://127.0.0.1:{port}")).expect("an address")],
        user: None,
        password_file: None,
        nkey_file: None,
        authorities: None,
        certificate: None,
        key: None,
        provision: true,
        max_bytes: 64 << 20,
        replicas: 1,
        ack_wait_ms: 1_000,
        max_ack_pending: 1_000,
    }
}

pub fn broker(config: &NatsConfig, service: &'static str, metrics: &Metrics) -> Broker {
    Broker::new(config, Topology::new(service, ROUTES), metrics).expect("a good configuration")
}

/// A replica of the receiver that pulls from NATS.
pub struct Puller {
    shutdown: Shutdown,
    task: JoinHandle<Drained>,
}

impl Puller {
    pub async fn start(config: &NatsConfig, inbox: &Inbox) -> Self {
        Self::of(config, Topology::new(TO, ROUTES), inbox).await
    }

    /// A replica of the service that sees `topology`.
    pub async fn of(config: &NatsConfig, topology: Topology, inbox: &Inbox) -> Self {
        let shutdown = Shutdown::new();
        let broker = Broker::new(config, topology, &inbox.metrics).expect("a good configuration");
        let job = broker.job(&inbox.receiver, shutdown.clone());
        let service = Service::new(TO, Metrics::new(TO)).job(job);
        let server = Server::bind(Vec::new()).await.expect("nothing to bind");
        let stop = shutdown.clone();
        let task = tokio::spawn(server.run(vec![service], stop, Duration::ZERO, Duration::from_secs(10)));
        Self { shutdown, task }
    }

    /// Stops when what it has in hand is done.
    pub async fn stop(self) {
        self.shutdown.trigger();
        assert_eq!(self.task.await.expect("it does not panic"), Drained::default());
    }

    /// Gone at once, whatever it has in hand.
    pub async fn kill(self) {
        self.shutdown.trigger_hard();
        let _ = self.task.await;
    }
}
