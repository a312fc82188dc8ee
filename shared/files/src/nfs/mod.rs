//! NFS version 3 (RFC 1813) over TCP, without the operating system's client.

mod call;
mod list;
mod mount;
mod read;
mod session;
mod sweep;
mod upload;
mod volume;
mod wire;
mod write;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use time::OffsetDateTime;
use tracing::Instrument as _;

use crate::{ConfigError, FileError, FileStore, FilesConfig, Key, StoredFile, Upload};
use read::Reading;
use upload::Uploading;
use volume::Volume;

/// Files on an NFS server: each in a directory named by the first two digits of its key.
///
/// Mounts and connects when it is first asked, and again when the server was restarted. Made once for a service and
/// shared; clones are the same.
#[derive(Debug, Clone)]
pub struct NfsStore(Arc<Volume>);

impl NfsStore {
    /// A store as configured; an error names the key. Nothing is connected yet.
    pub fn new(config: &FilesConfig) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Volume::new(config)?)))
    }
}

impl FileStore for NfsStore {
    fn put(&self, key: Key, content: Bytes) -> BoxFuture<'_, Result<(), FileError>> {
        let volume = Arc::clone(&self.0);
        async move {
            // Whoever goes away in the middle would leave half a file behind.
            let putting = async move {
                let (volume, content) = (&volume, &content);
                volume
                    .mounted(|mount| async move { volume.put(&mount, key, content).await })
                    .await
            };
            match tokio::spawn(putting.in_current_span()).await {
                Ok(result) => result.map_err(not_missing),
                Err(error) => Err(FileError::Failed(error.to_string())),
            }
        }
        .boxed()
    }

    fn upload(&self) -> BoxFuture<'_, Result<Upload, FileError>> {
        async move {
            let uploading = Uploading::begin(&self.0).await.map_err(not_missing)?;
            let span = tracing::Span::current();
            Ok(Upload::new(|steps| {
                async move { uploading.follow(steps).await.map_err(not_missing) }.instrument(span)
            }))
        }
        .boxed()
    }

    fn open(&self, key: Key) -> BoxFuture<'_, Result<StoredFile, FileError>> {
        async move {
            let reading = self
                .0
                .mounted(|mount| async move {
                    let found = self.0.find(&mount, key).await?;
                    Ok(Reading {
                        volume: Arc::clone(&self.0),
                        key,
                        mount,
                        found,
                    })
                })
                .await?;
            Ok(StoredFile::new(reading.found.size, move |range| {
                reading.clone().content(range)
            }))
        }
        .boxed()
    }

    fn size(&self, key: Key) -> BoxFuture<'_, Result<u64, FileError>> {
        async move {
            let found = self
                .0
                .mounted(|mount| async move { self.0.find(&mount, key).await })
                .await?;
            Ok(found.size)
        }
        .boxed()
    }

    fn delete(&self, key: Key) -> BoxFuture<'_, Result<(), FileError>> {
        async move {
            self.0
                .mounted(|mount| async move { self.0.delete(&mount, key).await })
                .await
                .map_err(not_missing)
        }
        .boxed()
    }

    fn sweep(&self, before: OffsetDateTime) -> BoxFuture<'_, Result<usize, FileError>> {
        async move {
            self.0
                .mounted(|mount| async move { self.0.sweep(&mount, before).await })
                .await
                .map_err(not_missing)
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), FileError>> {
        async move {
            self.0
                .mounted(|mount| async move { self.0.look_in(&mount).await })
                .await
                .map_err(not_missing)
        }
        .boxed()
    }
}

/// Only reading can be told that a file is not there. When something else misses one, others have disturbed it.
fn not_missing(failure: call::Failure) -> FileError {
    match FileError::from(failure) {
        FileError::NotFound => {
            FileError::Failed("a directory or a half-written file has vanished".to_owned())
        }
        error => error,
    }
}
