use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use nfs3_client::nfs3_types::nfs3::{
    COMMIT3args, CREATE3args, Nfs3Option, REMOVE3args, RENAME3args, WRITE3args, createhow3, nfs_fh3,
    nfsstat3, sattr3, stable_how, writeverf3,
};
use nfs3_client::nfs3_types::xdr_codec::Opaque;

use super::call::Failure;
use super::mount::Mount;
use super::volume::{Volume, entry};
use crate::Key;

/// Where files are until they are whole.
pub(super) const INCOMING: &str = ".incoming";

/// How many pieces of a file are on their way at a time.
pub(super) const AT_A_TIME: usize = 4;

/// How often a file is written when the server is restarted meanwhile and forgets what it has not on disk.
pub(super) const ATTEMPTS: usize = 3;

impl Volume {
    /// Writes a file beside, has it on the server's disk, and only then gives it its name.
    #[tracing::instrument(name = "files.put", skip_all, fields(%key, size = content.len()))]
    pub(super) async fn put(&self, mount: &Mount, key: Key, content: &Bytes) -> Result<(), Failure> {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        match self.find(mount, key).await {
            // The key is the content's, so this is it.
            Ok(found) if found.size == size => return Ok(()),
            Err(failure) if !failure.is(nfsstat3::NFS3ERR_NOENT) => return Err(failure),
            _ => {}
        }
        let incoming = self.make_directory(mount, INCOMING).await?;
        let directory = self.make_directory(mount, &key.shard()).await?;
        let name = format!("{key}.{}", kernel::random::uuid());
        let placed = self
            .place(mount, &incoming, &name, &directory, key, content)
            .await;
        if placed.is_err() {
            // What cannot be removed now is found by `sweep`.
            let _ = self
                .call(&REMOVE3args {
                    object: entry(&incoming, &name),
                })
                .await;
        }
        placed
    }

    async fn place(
        &self,
        mount: &Mount,
        incoming: &nfs_fh3,
        name: &str,
        directory: &nfs_fh3,
        key: Key,
        content: &Bytes,
    ) -> Result<(), Failure> {
        let file = self.create(incoming, name).await?;
        self.fill(mount, &file, content).await?;
        let key_name = key.to_string();
        let rename = RENAME3args {
            from: entry(incoming, name),
            to: entry(directory, &key_name),
        };
        match self.call(&rename).await {
            // It was renamed before, on a connection that broke before it said so.
            Err(failure) if failure.is(nfsstat3::NFS3ERR_NOENT) => {
                let found = self.find(mount, key).await?;
                if found.size == u64::try_from(content.len()).unwrap_or(u64::MAX) {
                    Ok(())
                } else {
                    Err(failure)
                }
            }
            result => result.map(drop),
        }
    }

    pub(super) async fn create(&self, directory: &nfs_fh3, name: &str) -> Result<nfs_fh3, Failure> {
        let attributes = sattr3 {
            mode: Nfs3Option::Some(0o644),
            size: Nfs3Option::Some(0),
            ..sattr3::default()
        };
        // The name is nobody else's; sent twice, it is the same file.
        let create = CREATE3args {
            where_: entry(directory, name),
            how: createhow3::UNCHECKED(attributes),
        };
        match self.call(&create).await?.obj {
            Nfs3Option::Some(handle) => Ok(handle),
            Nfs3Option::None => self.lookup(directory, name).await,
        }
    }

    /// Writes all of it and has it on disk. A server that was restarted in between says so by another verifier
    /// (RFC 1813, 3.3.7): then it is written again.
    async fn fill(&self, mount: &Mount, file: &nfs_fh3, content: &Bytes) -> Result<(), Failure> {
        let piece = usize::try_from(mount.write_size).unwrap_or(usize::MAX);
        // What fits into one request needs no second one to be on disk.
        let stable = if content.len() <= piece {
            stable_how::FILE_SYNC
        } else {
            stable_how::UNSTABLE
        };
        for _ in 0..ATTEMPTS {
            let verifiers = Mutex::new(Vec::new());
            stream::iter((0..content.len()).step_by(piece))
                .map(|start| {
                    let end = start.saturating_add(piece).min(content.len());
                    self.write(file, start, &content[start..end], stable, &verifiers)
                })
                .buffer_unordered(AT_A_TIME)
                .try_collect::<()>()
                .await?;
            let verifiers = verifiers.into_inner().unwrap_or_else(PoisonError::into_inner);
            let Some(&first) = verifiers.first() else {
                return Ok(());
            };
            let commit = COMMIT3args {
                file: file.clone(),
                offset: 0,
                count: 0,
            };
            let committed = self.call(&commit).await?.verf.0;
            if committed == first && verifiers.iter().all(|verifier| *verifier == first) {
                return Ok(());
            }
        }
        Err(Failure::Protocol(
            "the server forgot what was written, again and again".to_owned(),
        ))
    }

    /// Writes a piece; the verifier of what is not on disk yet is kept.
    pub(super) async fn write(
        &self,
        file: &nfs_fh3,
        start: usize,
        mut data: &[u8],
        stable: stable_how,
        unstable: &Mutex<Vec<[u8; 8]>>,
    ) -> Result<(), Failure> {
        let mut offset = u64::try_from(start).unwrap_or(u64::MAX);
        while !data.is_empty() {
            let count = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let request = WRITE3args {
                file: file.clone(),
                offset,
                count,
                stable,
                data: Opaque::borrowed(data),
            };
            let answer = self.call(&request).await?;
            if answer.count == 0 || answer.count > count {
                return Err(Failure::Protocol(format!(
                    "{} of {count} bytes were written",
                    answer.count
                )));
            }
            if answer.committed != stable_how::FILE_SYNC {
                let writeverf3(verifier) = answer.verf;
                unstable
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(verifier);
            }
            offset += u64::from(answer.count);
            data = &data[usize::try_from(answer.count).unwrap_or(data.len())..];
        }
        Ok(())
    }

    pub(super) async fn delete(&self, mount: &Mount, key: Key) -> Result<(), Failure> {
        let removed = async {
            let directory = self.directory(mount, &key.shard()).await?;
            self.call(&REMOVE3args {
                object: entry(&directory, &key.to_string()),
            })
            .await
        };
        match removed.await {
            Err(failure) if !failure.is(nfsstat3::NFS3ERR_NOENT) => Err(failure),
            _ => Ok(()),
        }
    }
}
