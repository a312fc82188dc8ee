//! What is known of the server: where it is, its root, how much it takes at once.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nfs3_client::nfs3_types::nfs3::{FSINFO3args, nfs_fh3};
use nfs3_client::nfs3_types::rpc::{auth_unix, opaque_auth};
use nfs3_client::nfs3_types::xdr_codec::Opaque;
use nfs3_client::{Nfs3Client, Nfs3ConnectionBuilder};
use tokio::time::timeout;

use super::call::{Call as _, Client, Failure};
use super::wire::{Tcp, Wire};
use crate::FilesConfig;
use crate::config::Address;

/// The largest piece of a file that is read at once: what waits for a slow reader stays small.
const LARGEST_READ: u32 = 256 * 1024;
/// The largest piece that is written at once.
const LARGEST_WRITE: u32 = 1024 * 1024;
/// Every server takes that much, though it may not say so.
const SMALLEST_PIECE: u32 = 4 * 1024;

/// A mounted export.
#[derive(Debug)]
pub(super) struct Mount {
    pub server: SocketAddr,
    pub root: nfs_fh3,
    pub read_size: u32,
    pub write_size: u32,
    /// Handles of the directories below the root by name. They go with the mount when one turns out stale.
    directories: Mutex<HashMap<String, nfs_fh3>>,
}

impl Mount {
    pub(super) fn known_directory(&self, name: &str) -> Option<nfs_fh3> {
        self.directories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    pub(super) fn remember_directory(&self, name: &str, handle: &nfs_fh3) {
        let mut directories = self.directories.lock().unwrap_or_else(PoisonError::into_inner);
        directories.insert(name.to_owned(), handle.clone());
    }
}

/// Mounts the export when somebody needs it, once for all of them.
#[derive(Debug)]
pub(super) struct Mounter {
    address: Address,
    mount_port: Option<u16>,
    credential: opaque_auth<'static>,
    privileged: bool,
    within: Duration,
    current: tokio::sync::Mutex<Option<Arc<Mount>>>,
}

impl Mounter {
    pub(super) fn new(address: Address, config: &FilesConfig) -> Self {
        let credential = opaque_auth::auth_unix(&auth_unix {
            stamp: 0,
            machinename: Opaque::borrowed(b"garnitur"),
            uid: config.uid,
            gid: config.gid,
            gids: Vec::new(),
        });
        Self {
            mount_port: config.mount_port.or(address.port),
            address,
            credential,
            privileged: config.privileged_port,
            within: Duration::from_millis(config.connect_timeout_ms),
            current: tokio::sync::Mutex::default(),
        }
    }

    /// The present mount, or a new one.
    pub(super) async fn current(&self) -> Result<Arc<Mount>, Failure> {
        let mounting = async {
            let mut current = self.current.lock().await;
            if let Some(mount) = &*current {
                return Ok(Arc::clone(mount));
            }
            let mount = Arc::new(self.mount().await?);
            tracing::info!(server = %mount.server, export = self.address.export, "files are mounted");
            *current = Some(Arc::clone(&mount));
            Ok(mount)
        };
        let within = self.within;
        timeout(within, mounting).await.unwrap_or(Err(Failure::Timeout {
            what: "mount",
            within,
        }))
    }

    /// Mounts anew next time, unless that has happened since.
    pub(super) async fn forget(&self, mount: &Arc<Mount>) {
        let mut current = self.current.lock().await;
        if current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, mount))
        {
            *current = None;
        }
    }

    /// A connection for requests to a mounted export.
    pub(super) async fn connect(&self, mount: &Mount) -> Result<(Wire, Client), Failure> {
        let within = self.within;
        let wire = timeout(within, Tcp.open(mount.server, self.privileged))
            .await
            .map_err(|_| Failure::Timeout {
                what: "connection",
                within,
            })?
            .map_err(Failure::Connect)?;
        let client = Nfs3Client::new_with_auth(wire.clone(), self.credential.clone(), opaque_auth::default());
        Ok((wire, client))
    }

    async fn mount(&self) -> Result<Mount, Failure> {
        let Address { host, port, export } = &self.address;
        let resolved = tokio::net::lookup_host((host.as_str(), port.unwrap_or(0))).await;
        let mut failure = None;
        for address in resolved.map_err(Failure::Connect)? {
            match self.mount_on(address, export).await {
                Ok(mount) => return Ok(mount),
                Err(error) => failure = Some(error),
            }
        }
        Err(failure.unwrap_or_else(|| Failure::Protocol(format!("{host} has no address"))))
    }

    async fn mount_on(&self, address: SocketAddr, export: &str) -> Result<Mount, Failure> {
        let mut builder = Nfs3ConnectionBuilder::new(Tcp, address.ip().to_string(), export)
            .connect_from_privileged_port(self.privileged)
            .credential(self.credential.clone());
        if let Some(port) = self.address.port {
            builder = builder.nfs3_port(port);
        }
        if let Some(port) = self.mount_port {
            builder = builder.mount_port(port);
        }
        // The server's list of clients is left alone: it is a courtesy that nobody reads.
        let mut connection = builder.mount().await?;
        let root = connection.root_nfs_fh3();
        let info = FSINFO3args { fsroot: root.clone() }
            .send(&mut connection.nfs3_client)
            .await?;
        Ok(Mount {
            server: SocketAddr::new(address.ip(), connection.nfs3_port),
            root,
            read_size: piece(info.rtpref, info.rtmax, LARGEST_READ),
            write_size: piece(info.wtpref, info.wtmax, LARGEST_WRITE),
            directories: Mutex::default(),
        })
    }
}

/// What the server prefers, within what it can and what we want.
fn piece(preferred: u32, most: u32, largest: u32) -> u32 {
    let wanted = if preferred == 0 { most } else { preferred };
    wanted
        .min(if most == 0 { u32::MAX } else { most })
        .clamp(SMALLEST_PIECE, largest)
}
