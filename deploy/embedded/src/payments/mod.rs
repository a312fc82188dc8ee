//! A payment provider for demonstration and tests: an HTTP API in the manner of `YooKassa`'s v3, a hosted card page and
//! webhooks that are sent until they are taken.
//!
//! | | |
//! |---|---|
//! | `POST /v3/payments` | registers a payment, idempotent by `Idempotence-Key` |
//! | `GET /v3/payments/{id}` | where it stands |
//! | `POST /v3/refunds` | gives money back, idempotent by `Idempotence-Key` |
//! | `GET, POST /checkout/{id}` | the page on which the customer enters the card |
//! | `GET /healthz` | whether it lives |
//!
//! Cards that pass the check digit are accepted, except [`DECLINED_CARD`]. Card data are looked at and forgotten.

mod api;
mod card;
mod ledger;
mod money;
mod page;
mod webhook;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use kernel::Personal;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::info;
use url::Url;

pub use card::DECLINED_CARD;
use ledger::Ledger;
use webhook::Webhooks;

/// What provider to play.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where customers' browsers reach it; `None` is the port of `localhost`.
    pub public_url: Option<Url>,
    /// Identifier of the shop that may use the API.
    pub shop_id: String,
    /// The shop's secret key.
    pub secret_key: Personal<String>,
    /// Where news of payments is posted; `None` sends none, as if all of it were lost.
    pub webhook_url: Option<Url>,
    /// File that keeps the payments over a restart; `None` keeps them in memory.
    pub journal: Option<PathBuf>,
}

/// Why the provider could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process listens on the port.
    #[error("{address} is taken by another process, so the payment simulator cannot listen there")]
    PortTaken {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The payments of before cannot be read or new ones not be written.
    #[error("cannot use the payment journal {}: {source}", file.display())]
    Journal {
        /// The journal.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The socket could not be had.
    #[error("cannot start the payment simulator: {0}")]
    Io(#[from] io::Error),
    /// The client for webhooks could not be made.
    #[error("cannot start the payment simulator: {0}")]
    Client(#[from] reqwest::Error),
}

/// What the handlers share.
#[derive(Clone)]
struct Provider {
    shop_id: Arc<str>,
    secret_key: Personal<String>,
    ledger: Arc<Ledger>,
    webhooks: Webhooks,
    base: Arc<str>,
}

/// A running provider; stops when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Binds the port and serves from then on.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let ledger = match &options.journal {
            Some(file) => Ledger::open(file).map_err(|source| Error::Journal {
                file: file.clone(),
                source,
            })?,
            None => Ledger::default(),
        };
        let socket = TcpListener::bind(options.listen)
            .await
            .map_err(|error| match error.kind() {
                io::ErrorKind::AddrInUse => Error::PortTaken {
                    address: options.listen,
                },
                _ => error.into(),
            })?;
        let address = socket.local_addr()?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let provider = Provider {
            shop_id: options.shop_id.into(),
            secret_key: options.secret_key,
            ledger: Arc::new(ledger),
            webhooks: Webhooks::new(options.webhook_url, stop.clone(), tasks.clone())?,
            base: match options.public_url {
                Some(url) => url.as_str().trim_end_matches('/').into(),
                None => format!("http://localhost:{}", address.port()).into(),
            },
        };
        let router = Router::new()
            .merge(api::router(provider.clone()))
            .merge(page::router(provider))
            .route("/healthz", axum::routing::get(async || "ok\n"));
        let stopped = stop.clone().cancelled_owned();
        tasks.spawn(async move {
            let served = axum::serve(socket, router).with_graceful_shutdown(stopped).await;
            if let Err(error) = served {
                tracing::error!(%error, "the payment simulator stopped");
            }
        });
        info!(%address, "payment simulator listens");
        Ok(Self { address, stop, tasks })
    }

    /// Base address of the API, for the shop's configuration.
    pub fn api_url(&self) -> String {
        format!("http://{}/v3/", self.address)
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Finishes the requests at hand and drops webhooks that were not taken yet.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        info!(address = %self.address, "payment simulator stopped");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
