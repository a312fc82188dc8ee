use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use crate::{Broker, ProvisionError, Subscriptions, Topology};

/// How a service's events travel.
#[derive(Debug, Clone, confique::Config)]
pub struct EventsConfig {
    /// `http`: pushed to the receivers' internal faces. `jetstream`: through NATS servers with JetStream. All services of
    /// a shop use the same.
    #[config(default = "http")]
    pub transport: TransportKind,

    /// The NATS servers; needed by the transport `jetstream`.
    #[config(nested)]
    pub nats: NatsConfig,
}

impl EventsConfig {
    /// Who gets the service's events, and whether through a broker: what it emits and dispatches with.
    pub fn subscriptions(&self, topology: Topology) -> Subscriptions {
        let subscriptions = topology.subscriptions();
        match self.transport {
            TransportKind::Http => subscriptions,
            TransportKind::JetStream => subscriptions.through_broker(),
        }
    }

    /// The broker, where events travel through one. Fails when its configuration contradicts itself.
    pub fn broker(
        &self,
        topology: Topology,
        metrics: &telemetry::Metrics,
    ) -> Result<Option<Broker>, ConfigError> {
        match self.transport {
            TransportKind::Http => Ok(None),
            TransportKind::JetStream => Broker::new(&self.nats, topology, metrics).map(Some),
        }
    }

    /// Makes the broker's stream and consumers, where there is a broker and it is this service's to make them. Part of
    /// `migrate`. Fails where the broker does not answer or grants no right to.
    pub async fn provision(&self, topology: Topology) -> Result<(), ProvisionError> {
        let unread = telemetry::Metrics::new(topology.service());
        let broker = self.broker(topology, &unread).map_err(ProvisionError::Config)?;
        match broker {
            Some(broker) if self.nats.provision => broker.provision().await,
            _ => Ok(()),
        }
    }
}

/// By what means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportKind {
    /// Pushed over HTTP.
    Http,
    /// Through `JetStream`.
    JetStream,
}

/// The NATS servers and how they know us.
#[derive(Debug, Clone, confique::Config)]
pub struct NatsConfig {
    /// Servers, as in `["tls://nats-1:4222", "tls://nats-2:4222"]`. `tls://` demands TLS.
    #[config(default = [])]
    pub servers: Vec<Url>,

    /// User name, with `password_file`.
    pub user: Option<String>,

    /// File with the user's password.
    pub password_file: Option<PathBuf>,

    /// File with the seed of an nkey, instead of user and password.
    pub nkey_file: Option<PathBuf>,

    /// Certificate authorities that the servers' certificates must come from, PEM; the machine's own where not set.
    pub authorities: Option<PathBuf>,

    /// Certificate that the servers are shown, PEM, with `key`. Read anew at every connection.
    pub certificate: Option<PathBuf>,

    /// Key of the certificate, PEM.
    pub key: Option<PathBuf>,

    /// Whether the service makes the stream and the consumers where they are missing. It needs the rights to; else
    /// `migrate` makes them, with this set and with credentials that may.
    #[config(default = false)]
    pub provision: bool,

    /// The most bytes of events that wait for a receiver. When there are more, events wait in the outboxes.
    #[config(default = 1_073_741_824, validate(*max_bytes > 0, "must be more than 0"))]
    pub max_bytes: i64,

    /// Servers that keep a copy of each event; 1 without a cluster.
    #[config(default = 1, validate((1..=5).contains(replicas), "must be 1 to 5"))]
    pub replicas: usize,

    /// How long, in milliseconds, a receiver may be silent about an event before another replica gets it.
    #[config(default = 30_000, validate(*ack_wait_ms >= 100, "must be at least 100"))]
    pub ack_wait_ms: u64,

    /// The most events that a receiver's replicas may have in hand or put off together.
    #[config(default = 1_000, validate(*max_ack_pending > 0, "must be more than 0"))]
    pub max_ack_pending: i64,
}

/// Why events cannot travel as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no server.
    #[error("events.nats.servers is not set, and events.transport = \"jetstream\" needs it")]
    NoServer,
    /// An address is of something else.
    #[error(
        "events.nats.servers: must be nats://host:port or tls://host:port, without a path and credentials"
    )]
    Server,
    /// Two ways to prove who we are, or half of one.
    #[error("events.nats: set user and password_file, or nkey_file, or none of them")]
    Credentials,
    /// A certificate without its key or the other way round.
    #[error("events.nats: certificate and key go together")]
    Certificate,
    /// A file cannot be read.
    #[error("events.nats.{key}: {path}: {source}", path = path.display())]
    File {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl NatsConfig {
    /// What contradicts itself, before anything is connected.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.servers.is_empty() {
            return Err(ConfigError::NoServer);
        }
        let bare = |url: &Url| {
            matches!(url.scheme(), "nats" | "tls")
                && url.has_host()
                && matches!(url.path(), "" | "/")
                && url.username().is_empty()
                && url.password().is_none()
        };
        if !self.servers.iter().all(bare) {
            return Err(ConfigError::Server);
        }
        match (&self.user, &self.password_file, &self.nkey_file) {
            (Some(_), Some(_), None) | (None, None, _) => {}
            _ => return Err(ConfigError::Credentials),
        }
        if self.certificate.is_some() != self.key.is_some() {
            return Err(ConfigError::Certificate);
        }
        Ok(())
    }
}
