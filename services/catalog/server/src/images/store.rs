use std::ops::Range;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use files::{FileError, FileStore, Key, StoredFile};
use moka::future::Cache;
use problem::Problem;

/// Larger images are not kept in memory but passed on as they are read.
const LARGEST_KEPT: u64 = 4 * 1024 * 1024;

/// The images of the shop: in the file storage, and those asked for most in memory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Images {
    files: Arc<dyn FileStore>,
    kept: Cache<Key, Bytes>,
}

/// An image that is there.
#[derive(Debug)]
pub enum Image {
    /// In memory.
    Kept(Bytes),
    /// To be read from the file storage.
    Stored(StoredFile),
}

impl Images {
    /// The images in `files`, at most `bytes` of them in memory.
    pub fn new(files: Arc<dyn FileStore>, bytes: u64) -> Self {
        let kept = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, image: &Bytes| u32::try_from(image.len()).unwrap_or(u32::MAX))
            .build();
        Self { files, kept }
    }

    /// An image; `None` when there is none of that key. However many ask for it at once, it is read once.
    pub async fn get(&self, key: Key) -> Result<Option<Image>, Problem> {
        if let Some(bytes) = self.kept.get(&key).await {
            return Ok(Some(Image::Kept(bytes)));
        }
        let file = match self.files.open(key).await {
            Ok(file) if file.size() > LARGEST_KEPT => return Ok(Some(Image::Stored(file))),
            Ok(file) => file,
            Err(FileError::NotFound) => return Ok(None),
            Err(error) => return Err(unread(error)),
        };
        let read = self.kept.try_get_with(key, read(key, file)).await;
        match read {
            Ok(bytes) => Ok(Some(Image::Kept(bytes))),
            Err(error) => Err(unread(FileError::clone(&error))),
        }
    }
}

/// Reads a file and makes sure that it is what its key promises: callers keep it for ever.
async fn read(key: Key, file: StoredFile) -> Result<Bytes, FileError> {
    let bytes = file.bytes().await?;
    if Key::of(&bytes, key.format()) == key {
        Ok(bytes)
    } else {
        Err(FileError::Failed(format!("the content of {key} is damaged")))
    }
}

fn unread(error: FileError) -> Problem {
    match error {
        FileError::Unavailable(_) => Problem::unavailable("files", error),
        error => Problem::internal(error),
    }
}

impl Image {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match self {
            Self::Kept(bytes) => bytes.len() as u64,
            Self::Stored(file) => file.size(),
        }
    }

    /// The bytes of `range`, which lies within it.
    pub fn body(&self, range: Range<u64>) -> Body {
        match self {
            Self::Kept(bytes) => {
                let at =
                    |position: u64| usize::try_from(position).map_or(bytes.len(), |at| at.min(bytes.len()));
                Body::from(bytes.slice(at(range.start)..at(range.end)))
            }
            Self::Stored(file) => Body::from_stream(file.range(range)),
        }
    }
}
