use std::future::Future;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::{FileError, Format, Key};

/// How many pieces wait to be written; whoever brings more waits with them.
const WAITING: usize = 4;

/// What an upload is told.
#[derive(Debug)]
pub enum Step {
    /// The next bytes.
    Piece(Bytes),
    /// That was all; it is a file of this format.
    End(Format),
}

/// A file on its way into the store, whose key is known when all of it is there.
///
/// Whoever drops it before [`Upload::finish`] wants it no more: what was written of it is removed.
#[derive(Debug)]
pub struct Upload {
    steps: mpsc::Sender<Step>,
    /// `None` once its outcome was told.
    storing: Option<JoinHandle<Result<Stored, FileError>>>,
}

/// A file that was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its key.
    pub key: Key,
    /// How many bytes it has.
    pub size: u64,
}

impl Upload {
    /// An upload whose steps `store` follows. When they end without [`Step::End`], it is to leave nothing behind.
    pub fn new<F>(store: impl FnOnce(mpsc::Receiver<Step>) -> F) -> Self
    where
        F: Future<Output = Result<Stored, FileError>> + Send + 'static,
    {
        let (steps, following) = mpsc::channel(WAITING);
        Self {
            steps,
            storing: Some(tokio::spawn(store(following))),
        }
    }

    /// Adds bytes at the end. Waits while the store is slower than who brings them. After a failure nothing more can
    /// be added.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), FileError> {
        self.tell(Step::Piece(piece)).await
    }

    /// Makes it a file: it is on the server's disk, whole, and has its name.
    pub async fn finish(mut self, format: Format) -> Result<Stored, FileError> {
        self.tell(Step::End(format)).await?;
        self.outcome().await
    }

    async fn tell(&mut self, step: Step) -> Result<(), FileError> {
        if self.steps.send(step).await.is_ok() {
            return Ok(());
        }
        match self.outcome().await {
            Err(error) => Err(error),
            Ok(_) => Err(FileError::Failed("the upload has ended before".to_owned())),
        }
    }

    async fn outcome(&mut self) -> Result<Stored, FileError> {
        let Some(storing) = self.storing.take() else {
            return Err(FileError::Failed("the upload has failed before".to_owned()));
        };
        match storing.await {
            Ok(result) => result,
            // The runtime is being shut down, or the task has panicked, which was reported.
            Err(error) => Err(FileError::Failed(error.to_string())),
        }
    }
}
