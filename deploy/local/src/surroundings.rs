//! What the shop stands on: databases, directory, file server, payment provider.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use embedded::{ldap, nfs, payments, postgres};
use kernel::Personal;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use tokio_util::sync::CancellationToken;

use crate::wiring::SHOP_ID;
use crate::{Wiring, databases};

/// How often the database server is looked after.
const WATCH: Duration = Duration::from_secs(1);

/// Holds a data folder; nobody else can while this lives.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// The lock goes with the file, also when the process is killed.
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if need be and takes it. Fails when another shop runs on it.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        let file = path.join("lock");
        let lock = File::create(&file).with_context(|| format!("cannot write {}", file.display()))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(Errno::WOULDBLOCK) => bail!(
                "another garnitur runs on {}: stop it, or give this one a folder of its own with --data",
                path.display()
            ),
            Err(error) => Err(error).with_context(|| format!("cannot lock {}", file.display())),
        }
    }

    /// Where a part of the shop keeps its data.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// The running surroundings.
#[derive(Debug)]
pub struct Surroundings {
    /// The database server.
    pub postgres: postgres::Server,
    /// The directory.
    pub ldap: ldap::Server,
    /// The file server.
    pub nfs: nfs::Server,
    /// The payment provider.
    pub payments: payments::Server,
}

impl Surroundings {
    /// Starts everything on the ports of `wiring` and provides the databases. An error says what to do.
    pub async fn start(folder: &DataFolder, wiring: &Wiring) -> anyhow::Result<Self> {
        let ports = wiring.ports;
        let options = postgres::Options::new(folder.join("postgres"), ports.postgres)
            .setting("max_connections", "200")
            .setting("shared_buffers", &wiring.shared_buffers)
            .setting("shared_preload_libraries", "pg_stat_statements");
        let postgres = postgres::Server::start(options).await?;
        let ldap =
            ldap::Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, ports.ldap)), &ldap::demo()).await?;
        let nfs = nfs::Server::start(nfs::Options::new(folder.join("files"), ports.nfs)).await?;
        let payments = payments::Server::start(payments::Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, ports.payments)),
            public_url: None,
            shop_id: SHOP_ID.to_owned(),
            secret_key: Personal::new(wiring.secrets.payment.clone()),
            webhook_url: Some(wiring.webhook_url().parse()?),
            journal: Some(folder.join("payments.jsonl")),
        })
        .await?;
        databases::provide(&postgres.admin_url(), &wiring.secrets).await?;
        Ok(Self {
            postgres,
            ldap,
            nfs,
            payments,
        })
    }

    /// Starts the database server again whenever it has died, until `stop`. The services reconnect by themselves.
    pub async fn watch(&mut self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(WATCH);
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            if self.postgres.is_running() {
                continue;
            }
            tracing::error!(log = %self.postgres.log_file().display(), "PostgreSQL has died; starting it again");
            if let Err(error) = self.postgres.start_again().await {
                tracing::error!(%error, "PostgreSQL does not start");
            }
        }
    }

    /// Stops everything, the databases last.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.payments.stop().await;
        self.nfs.stop().await;
        self.ldap.stop().await;
        self.postgres.stop().await?;
        Ok(())
    }
}
