use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Object, Pool};
use nfs3_client::nfs3_types::nfs3::{
    ACCESS3_LOOKUP, ACCESS3args, GETATTR3args, LOOKUP3args, MKDIR3args, Nfs3Option, diropargs3, fattr3,
    filename3, ftype3, nfs_fh3, nfsstat3, sattr3,
};
use nfs3_client::nfs3_types::xdr_codec::Opaque;

use super::call::{Call, Failure};
use super::mount::{Mount, Mounter};
use super::session::Sessions;
use crate::{ConfigError, FilesConfig, Key};

/// The export and the connections to it.
#[derive(Debug)]
pub(super) struct Volume {
    pub mounter: Arc<Mounter>,
    /// Who has the beginning of a file is owed the rest: an outage in the middle is waited out for so long.
    pub patience: Duration,
    sessions: Pool<Sessions>,
}

/// A file that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub handle: nfs_fh3,
    pub size: u64,
}

impl Volume {
    pub(super) fn new(config: &FilesConfig) -> Result<Self, ConfigError> {
        let mounter = Arc::new(Mounter::new(config.address()?, config));
        let answer_within = Duration::from_millis(config.request_timeout_ms);
        let sessions = Pool::builder(Sessions {
            mounter: Arc::clone(&mounter),
            answer_within,
        })
        .max_size(config.connections)
        .wait_timeout(Some(answer_within))
        .runtime(Runtime::Tokio1)
        .build()
        .expect("the runtime that the time limit needs is given");
        Ok(Self {
            mounter,
            patience: Duration::from_millis(config.patience_ms),
            sessions,
        })
    }

    /// Sends a request on a pooled connection; when that turns out broken (the server was restarted), on another
    /// one, until one that was made for it has failed too.
    pub(super) async fn call<C: Call>(&self, call: &C) -> Result<C::Answer, Failure> {
        loop {
            let mut session = self.sessions.get().await?;
            let was_used = Object::metrics(&session).recycle_count > 0;
            match session.call(call).await {
                Err(failure @ (Failure::Broken(_) | Failure::Timeout { .. })) => {
                    drop(Object::take(session));
                    if !(was_used && matches!(failure, Failure::Broken(_))) {
                        return Err(failure);
                    }
                }
                answer => return answer,
            }
        }
    }

    /// Does something with the mounted export, and once more with a new mount when handles turn out stale.
    pub(super) async fn mounted<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        act: impl Fn(Arc<Mount>) -> F,
    ) -> Result<T, Failure> {
        let mount = self.mounter.current().await?;
        match act(Arc::clone(&mount)).await {
            Err(failure) if failure.is_stale() => {
                self.renew(&mount).await;
                act(self.mounter.current().await?).await
            }
            result => result,
        }
    }

    /// Mounts anew next time: handles have turned out stale.
    pub(super) async fn renew(&self, mount: &Arc<Mount>) {
        self.mounter.forget(mount).await;
        // They may lead to a server that is no longer the one.
        let _ = self.sessions.retain(|_, _| false);
    }

    /// The file of a key.
    #[tracing::instrument(name = "files.find", level = "debug", skip_all, fields(%key, otel.kind = "client"))]
    pub(super) async fn find(&self, mount: &Mount, key: Key) -> Result<Found, Failure> {
        let directory = self.directory(mount, &key.shard()).await?;
        let name = key.to_string();
        let found = self
            .call(&LOOKUP3args {
                what: entry(&directory, &name),
            })
            .await?;
        let about = match found.obj_attributes {
            Nfs3Option::Some(about) => about,
            Nfs3Option::None => self.about(&found.object).await?,
        };
        if !matches!(about.type_, ftype3::NF3REG) {
            return Err(Failure::Protocol(format!("{name} is not a regular file")));
        }
        Ok(Found {
            handle: found.object,
            size: about.size,
        })
    }

    pub(super) async fn lookup(&self, directory: &nfs_fh3, name: &str) -> Result<nfs_fh3, Failure> {
        Ok(self
            .call(&LOOKUP3args {
                what: entry(directory, name),
            })
            .await?
            .object)
    }

    pub(super) async fn about(&self, handle: &nfs_fh3) -> Result<fattr3, Failure> {
        Ok(self
            .call(&GETATTR3args {
                object: handle.clone(),
            })
            .await?
            .obj_attributes)
    }

    /// Fails where we may not look into the export: a server tells everybody what its root is like, also those to
    /// whom it refuses everything else.
    pub(super) async fn look_in(&self, mount: &Mount) -> Result<(), Failure> {
        let asked = ACCESS3args {
            object: mount.root.clone(),
            access: ACCESS3_LOOKUP,
        };
        let granted = self.call(&asked).await?.access;
        if granted & ACCESS3_LOOKUP == 0 {
            return Err(Failure::Status(nfsstat3::NFS3ERR_ACCES));
        }
        Ok(())
    }

    /// A directory below the root. Fails with `NFS3ERR_NOENT` when there is none.
    pub(super) async fn directory(&self, mount: &Mount, name: &str) -> Result<nfs_fh3, Failure> {
        if let Some(handle) = mount.known_directory(name) {
            return Ok(handle);
        }
        let found = self.lookup(&mount.root, name).await?;
        mount.remember_directory(name, &found);
        Ok(found)
    }

    /// A directory below the root, made when there is none.
    pub(super) async fn make_directory(&self, mount: &Mount, name: &str) -> Result<nfs_fh3, Failure> {
        match self.directory(mount, name).await {
            Err(failure) if failure.is(nfsstat3::NFS3ERR_NOENT) => {}
            result => return result,
        }
        let make = MKDIR3args {
            where_: entry(&mount.root, name),
            attributes: sattr3 {
                mode: Nfs3Option::Some(0o755),
                ..sattr3::default()
            },
        };
        match self.call(&make).await {
            // Somebody else was faster, or we were, on a connection that then broke.
            Err(failure) if !failure.is(nfsstat3::NFS3ERR_EXIST) => Err(failure),
            // Asked for again: the answer need not hold the handle.
            _ => self.directory(mount, name).await,
        }
    }
}

/// A name in a directory, as requests take it.
pub(super) fn entry<'a>(directory: &nfs_fh3, name: &'a str) -> diropargs3<'a> {
    diropargs3 {
        dir: directory.clone(),
        name: filename3(Opaque::borrowed(name.as_bytes())),
    }
}
