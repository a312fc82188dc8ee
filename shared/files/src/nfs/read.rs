use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt as _};
use nfs3_client::nfs3_types::nfs3::READ3args;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::call::Failure;
use super::mount::Mount;
use super::volume::{Found, Volume};
use crate::{Content, FileError, Key};

/// How many pieces of a file are asked for before the first is taken.
const AHEAD: usize = 4;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A file being read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub volume: Arc<Volume>,
    pub key: Key,
    pub mount: Arc<Mount>,
    pub found: Found,
}

impl Reading {
    /// The bytes of a range within the file, in pieces.
    ///
    /// Each piece is read by a task of its own: a reader that stalls keeps pieces, but no connection, and one that
    /// goes away leaves no connection with an answer still to come.
    pub(super) fn content(self, range: Range<u64>) -> Content {
        let (start, piece) = (range.start, u64::from(self.mount.read_size));
        let this = Arc::new(self);
        stream::iter(pieces(range, piece))
            .map(move |range| {
                let patience = if range.start == start {
                    Duration::ZERO
                } else {
                    this.volume.patience
                };
                let reading = Arc::clone(&this).piece_within(patience, range).in_current_span();
                let reading = tokio::spawn(reading);
                async move {
                    match reading.await {
                        Ok(result) => result.map_err(FileError::from),
                        // The runtime is being shut down, or the task has panicked, which was reported.
                        Err(error) => Err(FileError::Failed(error.to_string())),
                    }
                }
            })
            .buffered(AHEAD)
            .boxed()
    }

    #[tracing::instrument(name = "files.read", level = "debug", skip_all, fields(key = %self.key, ?range, otel.kind = "client"))]
    async fn piece_within(self: Arc<Self>, patience: Duration, range: Range<u64>) -> Result<Bytes, Failure> {
        let give_up = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.piece(range.clone()).await {
                Err(failure) if failure.is_outage() && Instant::now() + pause < give_up => {
                    sleep(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                result => return result,
            }
        }
    }

    async fn piece(&self, range: Range<u64>) -> Result<Bytes, Failure> {
        match self.read(&self.found, range.clone()).await {
            Err(failure) if failure.is_stale() => {
                // The same content may be there under another handle: the server was restarted, or the file put
                // again.
                self.volume.mounter.forget(&self.mount).await;
                let (volume, key) = (&self.volume, self.key);
                let found = volume
                    .mounted(|mount| async move { volume.find(&mount, key).await })
                    .await?;
                self.read(&found, range).await
            }
            result => result,
        }
    }

    /// Servers may send less than was asked for (RFC 1813, 3.3.6).
    async fn read(&self, found: &Found, range: Range<u64>) -> Result<Bytes, Failure> {
        let mut parts: Vec<Bytes> = Vec::with_capacity(1);
        let mut offset = range.start;
        while offset < range.end {
            let wanted = range.end - offset;
            let count = u32::try_from(wanted).unwrap_or(u32::MAX);
            let answer = self
                .volume
                .call(&READ3args {
                    file: found.handle.clone(),
                    offset,
                    count,
                })
                .await?;
            let data = Bytes::from(answer.data.into_owned());
            let got = u64::try_from(data.len()).unwrap_or(u64::MAX);
            if got == 0 || got > wanted {
                let key = self.key;
                return Err(Failure::Protocol(format!(
                    "{key} at {offset}: {got} bytes instead of {wanted}"
                )));
            }
            offset += got;
            parts.push(data);
        }
        if parts.len() == 1 {
            return Ok(parts.swap_remove(0));
        }
        let mut whole = BytesMut::with_capacity(parts.iter().map(Bytes::len).sum());
        for part in &parts {
            whole.extend_from_slice(part);
        }
        Ok(whole.freeze())
    }
}

fn pieces(range: Range<u64>, piece: u64) -> impl Iterator<Item = Range<u64>> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let end = start.saturating_add(piece).min(range.end);
        let next = (start < end).then_some(start..end);
        start = end;
        next
    })
}
