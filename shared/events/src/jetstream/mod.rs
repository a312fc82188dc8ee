//! Events through NATS `JetStream`: one stream for all events, a durable consumer for each receiving service.
//!
//! A sender's dispatcher publishes each event once, under its id, and settles it when the server has acknowledged that
//! it is stored. A receiver pulls, applies through its inbox, and acknowledges after the commit. What is lost between any
//! two of these steps comes again and is known as a duplicate, by the server or by the inbox.

mod connect;
mod consume;
mod link;
mod publish;
mod subject;
mod topology;

use std::sync::Arc;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{Consumer, pull};
use tokio::sync::OnceCell;

use crate::{ConfigError, NatsConfig, Topology};

use link::Link;
pub use publish::JetStream;

/// The lane of everything that goes to NATS: it gets each event once, and hands it on to all receivers.
pub(crate) const LANE: &str = "jetstream";

/// Nothing was seen over any connection.
const NEVER: Seen = Seen {
    made: u64::MAX,
    receivers: u64::MAX,
};

/// A service's connection to NATS, for sending and receiving. It comes about when it is first used, in the background:
/// a service starts and serves without NATS. Cheap to clone.
#[derive(Clone)]
pub struct Broker {
    inner: Arc<Inner>,
}

struct Inner {
    config: NatsConfig,
    topology: Topology,
    link: Arc<Link>,
    context: OnceCell<Context>,
    seen: tokio::sync::Mutex<Seen>,
}

/// The connections over which things were seen to be there. Over another one they are looked for again.
#[derive(Clone, Copy)]
struct Seen {
    /// Stream and consumers were made.
    made: u64,
    /// Every receiver of our events has its consumer, so that nothing is published that it would not get.
    receivers: u64,
}

impl Broker {
    /// A connection of the service that `topology` belongs to. Fails when the configuration contradicts itself.
    pub fn new(
        config: &NatsConfig,
        topology: Topology,
        metrics: &telemetry::Metrics,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            inner: Arc::new(Inner {
                config: config.clone(),
                topology,
                link: Arc::new(Link::new(metrics)),
                context: OnceCell::new(),
                seen: tokio::sync::Mutex::new(NEVER),
            }),
        })
    }

    /// Makes the stream and the consumers of all receivers, or brings them to what this version wants. Idempotent. Fails
    /// where the server does not answer or grants no right to.
    pub async fn provision(&self) -> Result<(), ProvisionError> {
        let context = self.ready().await.map_err(ProvisionError::Server)?;
        topology::provision(context, &self.inner.config, &self.inner.topology)
            .await
            .map_err(ProvisionError::Server)
    }

    /// The way of a dispatcher to NATS.
    pub fn transport(&self) -> JetStream {
        JetStream::new(self.clone())
    }

    /// The context, connected at least at this moment.
    async fn context(&self) -> Result<&Context, String> {
        let inner = &self.inner;
        let context = inner
            .context
            .get_or_try_init(|| {
                connect::connect(&inner.config, inner.topology.service(), Arc::clone(&inner.link))
            })
            .await
            .map_err(|error| {
                let error = error.to_string();
                inner.link.lost(&error);
                error
            })?;
        if connect::is_connected(&context.client()) {
            Ok(context)
        } else {
            Err("NATS is not connected".to_owned())
        }
    }

    /// The context once it is connected; waits a little for the first connection.
    async fn ready(&self) -> Result<&Context, String> {
        // The client connects in the background and says nothing when it has: a command would give up at once.
        let patience = tokio::time::Instant::now() + connect::CONNECT;
        loop {
            match self.context().await {
                Ok(context) => return Ok(context),
                Err(error) if tokio::time::Instant::now() >= patience => return Err(error),
                Err(_) => tokio::time::sleep(connect::LOOK).await,
            }
        }
    }

    /// The context, after the stream and the consumers were made, where that is ours to do.
    async fn made(&self) -> Result<&Context, String> {
        let context = self.context().await?;
        let inner = &self.inner;
        let mut seen = inner.seen.lock().await;
        let generation = inner.link.generation();
        if inner.config.provision && seen.made != generation {
            topology::provision(context, &inner.config, &inner.topology).await?;
            seen.made = generation;
        }
        Ok(context)
    }

    /// The context, after every receiver of our events was seen to have its consumer: without it the server would
    /// acknowledge an event and keep nothing.
    async fn for_events(&self) -> Result<&Context, String> {
        let context = self.made().await?;
        let inner = &self.inner;
        let mut seen = inner.seen.lock().await;
        let generation = inner.link.generation();
        if seen.receivers != generation {
            for receiver in inner.topology.receivers() {
                topology::consumer(context, receiver).await?;
            }
            seen.receivers = generation;
        }
        Ok(context)
    }

    /// Our own consumer.
    async fn consumer(&self) -> Result<Consumer<pull::Config>, String> {
        let context = self.made().await?;
        topology::consumer(context, self.inner.topology.service()).await
    }

    /// Something is not as it was seen: tell of it once, and look again before the next event.
    async fn trouble(&self, error: &str) {
        *self.inner.seen.lock().await = NEVER;
        self.inner.link.trouble(error, self.inner.link.is_up());
    }
}

/// Why the stream and the consumers could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The configuration contradicts itself.
    #[error(transparent)]
    Config(ConfigError),
    /// The server does not answer, or refuses.
    #[error("NATS: {0}")]
    Server(String),
}
