use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why the PostgreSQL server could not be started or stopped. The texts tell what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No folder with the server's programs was found.
    #[error(
        "PostgreSQL is not installed: no folder with `postgres`, `initdb` and `pg_ctl` among {looked}. \
         On Debian: apt-get install postgresql. A folder elsewhere is named by PG_BIN."
    )]
    BinariesMissing {
        /// The folders that were tried.
        looked: String,
    },
    /// The server found is older than what the shop is written for.
    #[error("PostgreSQL {found} in {} is too old: {needed} or newer is needed", folder.display())]
    TooOld {
        /// Major version of the server found.
        found: u32,
        /// The oldest major version that works.
        needed: u32,
        /// Where it was found.
        folder: PathBuf,
    },
    /// Another process listens on the port.
    #[error("port {port} of 127.0.0.1 is taken by another process, so PostgreSQL cannot listen there")]
    PortTaken {
        /// The port asked for.
        port: u16,
    },
    /// The data were written by another major version of PostgreSQL.
    #[error(
        "the data in {} were written by PostgreSQL {data}, and the server installed is PostgreSQL {server}: \
         install postgresql-{data}, or move the data with pg_upgrade, or remove the folder to start empty",
        folder.display()
    )]
    OtherMajor {
        /// The cluster's folder.
        folder: PathBuf,
        /// Major version that wrote the data.
        data: u32,
        /// Major version of the server found.
        server: u32,
    },
    /// The folder holds something that is no cluster of ours.
    #[error("{} is not empty and holds no cluster made by this program; give an empty folder", .0.display())]
    NotOurs(PathBuf),
    /// PostgreSQL refuses to run as root, and there is no other account to run it as.
    #[error(
        "PostgreSQL does not run as root, and there is no user `postgres` to run it as; the Debian package `postgresql` makes it"
    )]
    NoAccount,
    /// The account that runs the server cannot reach the data.
    #[error(
        "the user `postgres`, which runs PostgreSQL because this program runs as root, may not enter {}; \
         choose a data folder outside of it",
        .0.display()
    )]
    Unreachable(PathBuf),
    /// `initdb` failed.
    #[error("initdb could not make a cluster in {}:\n{log}", folder.display())]
    Initdb {
        /// Where the cluster was to be.
        folder: PathBuf,
        /// What it said.
        log: String,
    },
    /// The server ended instead of starting.
    #[error("PostgreSQL did not start ({status}). The last lines of {}:\n{log}", file.display())]
    Start {
        /// How it ended.
        status: String,
        /// Its log file.
        file: PathBuf,
        /// The end of its log.
        log: String,
    },
    /// The server runs but does not accept connections.
    #[error("PostgreSQL accepts no connections after {} s. The last lines of {}:\n{log}", within.as_secs(), file.display())]
    NotReady {
        /// How long was waited.
        within: Duration,
        /// Its log file.
        file: PathBuf,
        /// The end of its log.
        log: String,
    },
    /// A server left by an earlier run holds the data and cannot be stopped.
    #[error("a PostgreSQL server left by an earlier run holds {} and cannot be stopped: {said}", folder.display())]
    Orphan {
        /// The cluster's folder.
        folder: PathBuf,
        /// What `pg_ctl` said.
        said: String,
    },
    /// A file or a process of the server could not be handled.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
}

/// Names what was being done when an input or output failed.
pub(super) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|source| Error::Io { what: what(), source })
    }
}
