//! An NFS v3 server (RFC 1813) on a folder: MOUNT and NFS on one TCP port of 127.0.0.1, without a portmapper.
//!
//! It is for development and tests: every client may do everything, so it listens on the loopback address only.

mod attributes;
mod directory;
mod folder;
mod handle;
mod room;
mod vfs;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nfs3_server::tcp::{NFSTcp as _, NFSTcpListener};
use tokio::runtime::{Builder, Runtime};
use tracing::{error, info};

use folder::Folder;
use room::Room;
use vfs::FolderFs;

/// The path that clients mount.
pub const EXPORT: &str = "/garnitur";

/// Requests that are being worked on when the server stops get this long.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// What to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder to serve; made when absent.
    pub folder: PathBuf,
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Overrides the number inside file handles and write verifiers. By default it is the time at which the machine
    /// started, so that handles outlive a restart of the server but not one of the machine, which may lose writes that
    /// were not committed. Tests change it to make every handle stale.
    pub generation: Option<u64>,
}

impl Options {
    /// Serves `folder` on `port`.
    pub fn new(folder: impl Into<PathBuf>, port: u16) -> Self {
        Self {
            folder: folder.into(),
            port,
            generation: None,
        }
    }
}

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process listens on the port.
    #[error("port {port} of 127.0.0.1 is taken by another process, so the NFS server cannot listen there")]
    PortTaken {
        /// The port asked for.
        port: u16,
    },
    /// The folder cannot be made or used.
    #[error("cannot serve {} over NFS: {source}", folder.display())]
    Folder {
        /// The folder asked for.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Threads or the socket could not be had.
    #[error("cannot start the NFS server: {0}")]
    Io(#[from] io::Error),
}

/// A running NFS server; stops when dropped.
///
/// It runs on threads of its own: its file operations block, and ending its runtime is what closes the connections,
/// which the protocol library spawns without a handle.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    room: Arc<Room>,
    runtime: Option<Runtime>,
}

impl Server {
    /// Binds the port and serves from then on.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let folder = Folder::open(&options.folder).map_err(|source| Error::Folder {
            folder: options.folder.clone(),
            source,
        })?;
        let generation = options.generation.unwrap_or_else(handle::machine_start);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("nfs")
            .enable_all()
            .build()?;
        let bound = format!("{}:{}", Ipv4Addr::LOCALHOST, options.port);
        let room = Arc::new(Room::default());
        let served = Arc::clone(&room);
        let listening = runtime
            .spawn(async move {
                let fs = FolderFs::new(folder, served);
                let mut listener = NFSTcpListener::bind_with_generation(&bound, fs, generation).await?;
                listener.with_export_name(EXPORT);
                io::Result::Ok(listener)
            })
            .await
            .map_err(io::Error::other)
            .flatten();
        let listener = match listening {
            Ok(listener) => listener,
            Err(error) => {
                runtime.shutdown_background();
                return Err(match error.kind() {
                    io::ErrorKind::AddrInUse => Error::PortTaken { port: options.port },
                    _ => error.into(),
                });
            }
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, listener.get_listen_port()));
        runtime.spawn(async move {
            if let Err(error) = listener.handle_forever().await {
                error!(%error, "the NFS server accepts no more connections");
            }
        });
        info!(%address, folder = %options.folder.display(), "NFS server listens");
        Ok(Self {
            address,
            room,
            runtime: Some(runtime),
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port it listens on; the one chosen when 0 was asked for.
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets so many bytes more be written, as if the disk were full then; `None` as many as there is room for. For
    /// tests.
    pub fn leave_room(&self, bytes: Option<u64>) {
        self.room.leave(bytes);
    }

    /// Closes the port and every connection. Requests in work get two seconds.
    pub async fn stop(mut self) {
        if let Some(runtime) = self.runtime.take() {
            // The wait blocks, so it has a thread of its own.
            let waited = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(STOP_WITHIN)).await;
            if let Err(error) = waited {
                error!(%error, "the NFS server did not stop cleanly");
            }
            info!(address = %self.address, "NFS server stopped");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
