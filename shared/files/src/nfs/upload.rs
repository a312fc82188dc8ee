//! Uploads: files whose content comes piece by piece and whose name is known at the end.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, FuturesUnordered, StreamExt as _, TryStreamExt as _};
use nfs3_client::nfs3_types::nfs3::{COMMIT3args, REMOVE3args, RENAME3args, nfs_fh3, nfsstat3, stable_how};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::call::Failure;
use super::mount::Mount;
use super::volume::{Volume, entry};
use super::write::{AT_A_TIME, ATTEMPTS, INCOMING};
use crate::key::Hasher;
use crate::upload::{Step, Stored};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Pieces that are kept until the server has them on its disk: a server that is restarted forgets what it has not
/// (RFC 1813, 3.3.7), and who sent them cannot be asked again.
const WINDOW: usize = 8;

/// A file being uploaded.
pub(super) struct Uploading {
    volume: Arc<Volume>,
    name: String,
    place: Mutex<Place>,
}

/// Where it is written to; found anew when the server has forgotten its handles.
#[derive(Debug, Clone)]
struct Place {
    mount: Arc<Mount>,
    incoming: nfs_fh3,
    file: nfs_fh3,
}

/// A piece on its way, or there but perhaps not on the disk.
#[derive(Clone)]
struct Piece {
    offset: u64,
    data: Bytes,
}

type Verifier = [u8; 8];

impl Uploading {
    /// Makes the file that is filled. An outage is not waited out: nobody has sent anything yet.
    pub(super) async fn begin(volume: &Arc<Volume>) -> Result<Self, Failure> {
        let name = format!("upload.{}", kernel::random::uuid());
        let place = volume
            .mounted(|mount| {
                let name = &name;
                async move {
                    let incoming = volume.make_directory(&mount, INCOMING).await?;
                    let file = volume.create(&incoming, name).await?;
                    Ok(Place {
                        mount,
                        incoming,
                        file,
                    })
                }
            })
            .await?;
        Ok(Self {
            volume: Arc::clone(volume),
            name,
            place: Mutex::new(place),
        })
    }

    /// Follows an upload to its end; whatever goes wrong, nothing of it is left where the server can be reached.
    #[tracing::instrument(name = "files.upload", skip_all)]
    pub(super) async fn follow(self, steps: mpsc::Receiver<Step>) -> Result<Stored, Failure> {
        let stored = self.store(steps).await;
        if stored.is_err() {
            // What cannot be removed now is found by `sweep`.
            let _ = self.remove().await;
        }
        stored
    }

    async fn store(&self, mut steps: mpsc::Receiver<Step>) -> Result<Stored, Failure> {
        let piece_size = usize::try_from(self.place().mount.write_size).unwrap_or(usize::MAX);
        let (mut hasher, mut size, mut buffer) = (Hasher::new(), 0, BytesMut::new());
        let mut window = Window::new(self);
        let format = loop {
            // Meanwhile the pieces under way go on.
            let step = tokio::select! {
                step = steps.recv() => step,
                result = window.arrived(), if !window.under_way.is_empty() => {
                    result?;
                    continue;
                }
            };
            match step {
                None => return Err(Failure::GivenUp),
                Some(Step::End(format)) => break format,
                Some(Step::Piece(data)) => {
                    hasher.update(&data);
                    buffer.extend_from_slice(&data);
                    while buffer.len() >= piece_size {
                        let data = buffer.split_to(piece_size).freeze();
                        size = window.write(size, data).await?;
                    }
                }
            }
        };
        if !buffer.is_empty() {
            size = window.write(size, buffer.freeze()).await?;
        }
        window.settle().await?;
        let key = hasher.key(format);
        let stored = Stored { key, size };
        self.rename(stored).await?;
        Ok(stored)
    }

    /// Gives the file its name, unless it is there already.
    async fn rename(&self, stored: Stored) -> Result<(), Failure> {
        let Stored { key, size } = stored;
        let there = |mount: Arc<Mount>| async move {
            match self.volume.find(&mount, key).await {
                Ok(found) => Ok(found.size == size),
                Err(failure) if failure.is(nfsstat3::NFS3ERR_NOENT) => Ok(false),
                Err(failure) => Err(failure),
            }
        };
        if self.persist(|place| there(place.mount)).await? {
            // What cannot be removed now is found by `sweep`.
            let _ = self.remove().await;
            return Ok(());
        }
        let key_name = key.to_string();
        self.persist(|place| {
            let key_name = &key_name;
            async move {
                let directory = self.volume.make_directory(&place.mount, &key.shard()).await?;
                let rename = RENAME3args {
                    from: entry(&place.incoming, &self.name),
                    to: entry(&directory, key_name),
                };
                match self.volume.call(&rename).await {
                    // It was renamed before, on a connection that broke before it said so.
                    Err(failure)
                        if failure.is(nfsstat3::NFS3ERR_NOENT) && there(Arc::clone(&place.mount)).await? =>
                    {
                        Ok(())
                    }
                    result => result.map(drop),
                }
            }
        })
        .await
    }

    async fn remove(&self) -> Result<(), Failure> {
        let act = |mount: Arc<Mount>| async move {
            let incoming = self.volume.directory(&mount, INCOMING).await?;
            let object = entry(&incoming, &self.name);
            self.volume.call(&REMOVE3args { object }).await
        };
        self.volume.mounted(act).await.map(drop)
    }

    /// Writes a piece; answers the verifiers of what is not on the disk yet.
    async fn write(&self, piece: Piece) -> Result<Vec<Verifier>, Failure> {
        self.persist(|place| {
            let Piece { offset, data } = piece.clone();
            async move {
                let unstable = Mutex::new(Vec::new());
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                self.volume
                    .write(&place.file, start, &data, stable_how::UNSTABLE, &unstable)
                    .await?;
                Ok(unstable.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
        })
        .await
    }

    async fn commit(&self) -> Result<Verifier, Failure> {
        self.persist(|place| async move {
            let commit = COMMIT3args {
                file: place.file,
                offset: 0,
                count: 0,
            };
            Ok(self.volume.call(&commit).await?.verf.0)
        })
        .await
    }

    /// Does what may be done twice until it is done, through outages and restarts of the server.
    async fn persist<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        act: impl Fn(Place) -> F,
    ) -> Result<T, Failure> {
        let give_up = Instant::now() + self.volume.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let place = self.place();
            let failure = match act(place.clone()).await {
                Err(failure) if failure.is_stale() => self.find_again(&place).await.err().unwrap_or(failure),
                Err(failure) => failure,
                done => return done,
            };
            if !(failure.is_outage() || failure.is_stale()) || Instant::now() + pause >= give_up {
                return Err(failure);
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Mounts again and looks the file up, unless another piece has done so since.
    async fn find_again(&self, stale: &Place) -> Result<(), Failure> {
        if !Arc::ptr_eq(&self.place().mount, &stale.mount) {
            return Ok(());
        }
        self.volume.renew(&stale.mount).await;
        let mount = self.volume.mounter.current().await?;
        let incoming = self.volume.directory(&mount, INCOMING).await?;
        let file = self.volume.lookup(&incoming, &self.name).await?;
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = Place {
            mount,
            incoming,
            file,
        };
        Ok(())
    }

    fn place(&self) -> Place {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Pieces that were sent and are not known to be on the disk.
struct Window<'a> {
    uploading: &'a Uploading,
    pieces: Vec<Piece>,
    under_way: FuturesUnordered<BoxFuture<'a, Result<Vec<Verifier>, Failure>>>,
    verifiers: Vec<Verifier>,
}

impl<'a> Window<'a> {
    fn new(uploading: &'a Uploading) -> Self {
        Self {
            uploading,
            pieces: Vec::with_capacity(WINDOW),
            under_way: FuturesUnordered::new(),
            verifiers: Vec::new(),
        }
    }

    /// Sends a piece, waiting only when enough are under way; answers the offset of the next.
    async fn write(&mut self, offset: u64, data: Bytes) -> Result<u64, Failure> {
        let next = offset + u64::try_from(data.len()).unwrap_or(u64::MAX);
        if self.pieces.len() == WINDOW {
            self.settle().await?;
        }
        while self.under_way.len() >= AT_A_TIME {
            self.arrived().await?;
        }
        let piece = Piece { offset, data };
        self.pieces.push(piece.clone());
        self.under_way.push(Box::pin(self.uploading.write(piece)));
        Ok(next)
    }

    /// Waits until one of the pieces under way is there.
    async fn arrived(&mut self) -> Result<(), Failure> {
        if let Some(verifiers) = self.under_way.try_next().await? {
            self.verifiers.extend(verifiers);
        }
        Ok(())
    }

    /// Has all pieces on the disk, written again if the server was restarted and forgot some.
    async fn settle(&mut self) -> Result<(), Failure> {
        while !self.under_way.is_empty() {
            self.arrived().await?;
        }
        for _ in 0..ATTEMPTS {
            if self.verifiers.is_empty() {
                break;
            }
            let committed = self.uploading.commit().await?;
            let verifiers = std::mem::take(&mut self.verifiers);
            if verifiers.iter().all(|verifier| *verifier == committed) {
                break;
            }
            let again: Vec<Vec<Verifier>> = stream::iter(self.pieces.iter().cloned())
                .map(|piece| self.uploading.write(piece))
                .buffer_unordered(AT_A_TIME)
                .try_collect()
                .await?;
            self.verifiers = again.concat();
        }
        if !self.verifiers.is_empty() {
            return Err(Failure::Protocol(
                "the server forgot what was written, again and again".to_owned(),
            ));
        }
        self.pieces.clear();
        Ok(())
    }
}
