//! A NATS server of the test's own, which can be killed and come back.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use chassis::{Drained, Server, Service, Shutdown};
use events::{Broker, NatsConfig, Routes, Topology};
use telemetry::Metrics;
use test_support::wait_for;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use url::Url;

use crate::support::{Inbox, TO};

pub const FROM: &str = "sender";
pub const ROUTES: &Routes = &[(FROM, TO, &["ru.garnitur.test.*"])];

/// The server as Debian packages it, as a process of this test.
pub struct Nats {
    folder: tempfile::TempDir,
    port: u16,
    arguments: Vec<String>,
    child: Child,
}

impl Nats {
    pub async fn start() -> Self {
        Self::with(|_| Vec::new()).await
    }

    /// A server at a port that was free a moment ago.
    pub async fn at(port: u16) -> Self {
        Self::at_with(Some(port), |_| Vec::new()).await
    }

    /// A server with further arguments; what they name can be written into the folder given.
    pub async fn with(arguments: impl FnOnce(&Path) -> Vec<String>) -> Self {
        Self::at_with(None, arguments).await
    }

    async fn at_with(port: Option<u16>, arguments: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments = arguments(folder.path());
        let child = spawn(folder.path(), port, &arguments);
        let mut nats = Self {
            folder,
            port: port.unwrap_or_default(),
            arguments,
            child,
        };
        nats.port = nats.up().await;
        nats
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Gone at once, like a machine without power.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// The same server with what it had stored.
    pub async fn come_back(&mut self) {
        self.child = spawn(self.folder.path(), Some(self.port), &self.arguments);
        self.up().await;
    }

    /// Waits until it answers, and says where.
    async fn up(&mut self) -> u16 {
        let ports = self.child.id().expect("it runs");
        let ports = self.folder.path().join(format!("nats-server_{ports}.ports"));
        wait_for("NATS", Duration::from_secs(20), async || {
            let ended = self.child.try_wait().expect("it can be asked");
            assert!(ended.is_none(), "nats-server ended at once: {ended:?}");
            let ports: serde_json::Value = serde_json::from_slice(&std::fs::read(&ports).ok()?).ok()?;
            let port = ports["nats"][0].as_str()?.rsplit(':').next()?.parse().ok()?;
            let socket = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
            let mut line = String::new();
            BufReader::new(socket).read_line(&mut line).await.ok()?;
            line.starts_with("INFO ").then_some(port)
        })
        .await
    }

    pub fn config(&self) -> NatsConfig {
        config(self.port)
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

/// Without a port the server takes one that is free. It writes down which.
fn spawn(folder: &Path, port: Option<u16>, arguments: &[String]) -> Child {
    let port = port.map_or_else(|| "-1".to_owned(), |port| port.to_string());
    Command::new("nats-server")
        .args(["-js", "-a", "127.0.0.1", "-p", &port, "-sd"])
        .arg(folder.join("store"))
        .arg("--ports_file_dir")
        .arg(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("nats-server is installed")
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
