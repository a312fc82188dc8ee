//! A PostgreSQL server of our own: found on the machine, initialised, started, watched over and stopped.
//!
//! ```no_run
//! # async fn example() -> Result<(), embedded::postgres::Error> {
//! use embedded::postgres::{Options, Server};
//!
//! let mut server = Server::start(Options::new("/var/lib/garnitur/postgres", 15432)).await?;
//! println!("{}", server.admin_url());
//! server.stop().await?;
//! # Ok(())
//! # }
//! ```

mod account;
mod binaries;
mod cluster;
mod error;
mod log;
mod process;
mod ready;
mod run;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use tracing::info;

use account::Account;
use binaries::Binaries;
use cluster::Layout;
pub use error::Error;
use run::Running;

/// The cluster's superuser.
pub const SUPERUSER: &str = "postgres";

/// What server to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder that holds the cluster, its password, log and socket; made when absent. As root it becomes the property
    /// of the user `postgres`, who must be able to enter the folders above.
    pub data_dir: PathBuf,
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whether the data outlive this run. False makes a throwaway cluster for tests: no `fsync`, no full page writes,
    /// no passwords (it listens on 127.0.0.1 alone).
    pub durable: bool,
    /// Server settings by name, such as `max_connections`; they win over those chosen here.
    pub settings: BTreeMap<String, String>,
}

impl Options {
    /// A durable server with PostgreSQL's own settings.
    pub fn new(data_dir: impl Into<PathBuf>, port: u16) -> Self {
        Self {
            data_dir: data_dir.into(),
            port,
            durable: true,
            settings: BTreeMap::new(),
        }
    }

    /// A throwaway server on a free port.
    pub fn throwaway(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            durable: false,
            ..Self::new(data_dir, 0)
        }
    }

    /// Adds a server setting.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }
}

/// A running server. It has a process group of its own, so Ctrl-C in the terminal does not end it before the services
/// have drained. Dropped, it is told to stop; a program that is killed has it stopped by a watching process, and what
/// both missed is stopped by the next start on the same data.
pub struct Server {
    options: Options,
    binaries: Binaries,
    account: Account,
    layout: Layout,
    port: u16,
    password: Option<String>,
    running: Option<Running>,
}

impl Server {
    /// Finds PostgreSQL, makes the cluster if there is none, starts the server and waits until it takes connections.
    ///
    /// Every failure is an [`Error`] that says what to do: nothing installed, port taken, data of another version, a
    /// folder that cannot be used, or the last lines of the server's log.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let found = Binaries::find()?;
        let account = Account::choose()?;
        let layout = Layout::of(&options.data_dir)?;
        layout.prepare(account)?;
        let binaries = if layout.is_made() {
            account.own_all(&layout.data)?;
            layout.fitting(found)?
        } else {
            info!(folder = %layout.data.display(), version = found.major, "making a PostgreSQL cluster");
            layout.init(&found, account, options.durable).await?;
            found
        };
        let password = layout.read_password()?;
        let port = options.port;
        let mut server = Self {
            options,
            binaries,
            account,
            layout,
            port,
            password,
            running: None,
        };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts the server again after [`stop`](Self::stop) or [`kill`](Self::kill), on the same port and data. A server
    /// that runs is left alone.
    pub async fn start_again(&mut self) -> Result<(), Error> {
        if self.running.as_mut().is_some_and(Running::is_alive) {
            return Ok(());
        }
        if let Some(dead) = self.running.take() {
            dead.forget().await;
        }
        process::stop_orphan(&self.binaries, self.account, &self.layout.data).await?;
        let running = self.launch().await?;
        self.running = Some(running);
        info!(
            port = self.port,
            version = self.binaries.major,
            "PostgreSQL takes connections"
        );
        Ok(())
    }

    /// Stops the server as for a service restart: sessions are ended, everything is written. Stopped already, it does
    /// nothing.
    pub async fn stop(&mut self) -> Result<(), Error> {
        if let Some(running) = self.running.take() {
            running.stop().await?;
            info!(port = self.port, "PostgreSQL stopped");
        }
        Ok(())
    }

    /// Kills the server and all its sessions with SIGKILL, as a power cut would. For fault tests.
    pub async fn kill(&mut self) -> Result<(), Error> {
        match self.running.take() {
            Some(running) => running.kill().await,
            None => Ok(()),
        }
    }

    /// Whether the server's process lives.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(Running::is_alive)
    }

    /// The port it listens on, on 127.0.0.1; the one chosen when 0 was asked for.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Major version of the server.
    pub const fn major(&self) -> u32 {
        self.binaries.major
    }

    /// The server's process id; none while it is stopped.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().and_then(Running::pid)
    }

    /// Where the server writes its log.
    pub fn log_file(&self) -> &Path {
        &self.layout.log
    }

    /// The superuser's address of the database `postgres`. It carries the password: not for logs.
    pub fn admin_url(&self) -> String {
        let password = self
            .password
            .as_ref()
            .map(|password| format!(":{password}"))
            .unwrap_or_default();
        format!(
            "postgres://{SUPERUSER}{password}@127.0.0.1:{}/postgres",
            self.port
        )
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("data_dir", &self.layout.root)
            .field("port", &self.port)
            .field("pid", &self.pid())
            .finish_non_exhaustive()
    }
}
