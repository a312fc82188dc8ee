use std::fmt;
use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use time::OffsetDateTime;

use crate::{FileError, Key, Upload};

/// The content of a file, piece by piece.
pub type Content = BoxStream<'static, Result<Bytes, FileError>>;

/// Where files are kept: a seam.
pub trait FileStore: fmt::Debug + Send + Sync + 'static {
    /// Stores a content under its key. Until it is all there, and on the server's disk, nothing is; a file that
    /// is there already is left alone. It runs to its end even when nobody waits for it any more.
    fn put(&self, key: Key, content: Bytes) -> BoxFuture<'_, Result<(), FileError>>;

    /// Begins to store a content that comes piece by piece; its key is told at its end. Until then nothing is there,
    /// and when it never ends, nothing is left.
    fn upload(&self) -> BoxFuture<'_, Result<Upload, FileError>>;

    /// Finds a file to be read; nothing is read yet. Fails with [`FileError::NotFound`].
    fn open(&self, key: Key) -> BoxFuture<'_, Result<StoredFile, FileError>>;

    /// How many bytes a file has. Fails with [`FileError::NotFound`].
    fn size(&self, key: Key) -> BoxFuture<'_, Result<u64, FileError>>;

    /// Removes a file; one that is not there is as good as removed.
    fn delete(&self, key: Key) -> BoxFuture<'_, Result<(), FileError>>;

    /// Removes what puts that never ended left behind, if it was last written to before `before`; returns how many
    /// files that were. Puts under way must be younger.
    fn sweep(&self, before: OffsetDateTime) -> BoxFuture<'_, Result<usize, FileError>>;

    /// Whether files can be read; for readiness.
    fn probe(&self) -> BoxFuture<'_, Result<(), FileError>>;

    /// Whether there is such a file.
    fn exists(&self, key: Key) -> BoxFuture<'_, Result<bool, FileError>> {
        Box::pin(async move {
            match self.size(key).await {
                Ok(_) => Ok(true),
                Err(FileError::NotFound) => Ok(false),
                Err(error) => Err(error),
            }
        })
    }
}

/// A file that is there, to be read in whole or in part, any number of times.
pub struct StoredFile {
    size: u64,
    read: Box<dyn Fn(Range<u64>) -> Content + Send + Sync>,
}

impl StoredFile {
    /// A file of `size` bytes; `read` is only given ranges within it.
    pub fn new(size: u64, read: impl Fn(Range<u64>) -> Content + Send + Sync + 'static) -> Self {
        Self {
            size,
            read: Box::new(read),
        }
    }

    /// How many bytes it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// All of it. The stream ends with an error when the file cannot be read to its end.
    pub fn whole(&self) -> Content {
        self.range(0..self.size)
    }

    /// A part of it; what lies beyond the end is left out.
    pub fn range(&self, range: Range<u64>) -> Content {
        let (start, end) = (range.start, range.end.min(self.size));
        if start >= end {
            return futures_util::stream::empty().boxed();
        }
        (self.read)(start..end)
    }

    /// All of it at once, for small files.
    pub async fn bytes(&self) -> Result<Bytes, FileError> {
        let mut content = self.whole();
        let first = content.try_next().await?.unwrap_or_default();
        let Some(second) = content.try_next().await? else {
            return Ok(first);
        };
        let mut all = BytesMut::with_capacity(usize::try_from(self.size).unwrap_or(0));
        all.extend_from_slice(&first);
        all.extend_from_slice(&second);
        while let Some(piece) = content.try_next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl fmt::Debug for StoredFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFile")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
