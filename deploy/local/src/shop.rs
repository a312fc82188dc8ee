//! The running shop.

use chassis::{Server, Shutdown};
use files::NfsStore;
use kernel::SystemClock;
use pg::{Pg, PgConfig};
use tokio_util::sync::CancellationToken;

use crate::services::{self, Services};
use crate::surroundings::{DataFolder, Surroundings};
use crate::{Wiring, demo, probe};

/// A shop that is ready to serve.
pub struct Shop {
    server: Server,
    services: Services,
    surroundings: Surroundings,
    shutdown: Shutdown,
    wiring: Wiring,
    _folder: DataFolder,
}

impl Shop {
    /// Starts everything the shop stands on, brings the databases up to date, fills in the demonstration
    /// assortment where it is missing, and binds the listeners. Nothing is answered before [`Shop::run`].
    pub async fn open(folder: DataFolder, wiring: Wiring, shutdown: Shutdown) -> anyhow::Result<Self> {
        probe::ports_are_free(&wiring.ports)?;
        let surroundings = Surroundings::start(&folder, &wiring).await?;
        services::migrate(&wiring).await?;
        let services = Services::build(&wiring, &shutdown).await?;
        seed(&folder, &wiring).await?;
        let server = Server::bind(services.listeners(&wiring)).await?;
        Ok(Self {
            server,
            services,
            surroundings,
            shutdown,
            wiring,
            _folder: folder,
        })
    }

    /// Where everything listens, and with which secrets.
    pub const fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    /// Serves until the shutdown is ordered, drains, and stops the surroundings.
    pub async fn run(self) -> anyhow::Result<()> {
        let Self {
            server,
            services,
            mut surroundings,
            shutdown,
            ..
        } = self;
        let drained = CancellationToken::new();
        let serving = async {
            let (delay, deadline) = (std::time::Duration::ZERO, std::time::Duration::from_secs(10));
            server.run(services.into_vec(), shutdown, delay, deadline).await;
            drained.cancel();
        };
        tokio::join!(serving, surroundings.watch(drained.clone()));
        surroundings.stop().await
    }
}

/// Fills in the demonstration assortment where it is missing.
async fn seed(folder: &DataFolder, wiring: &Wiring) -> anyhow::Result<()> {
    let owner = Pg::connect(
        &PgConfig::new(wiring.database("catalog_owner")),
        pg::Metrics::unregistered(),
    )?;
    let files = NfsStore::new(&services::files(wiring)?)?;
    let report = demo::seed(&owner, &SystemClock, &files, &folder.join("pictures.txt")).await?;
    tracing::info!(?report, "the assortment is there");
    Ok(())
}
