use std::sync::Arc;

use axum::body::Bytes;
use files::{FileStore, Format, Key};
use kernel::Text;
use pictures::{MAX_PIXELS, MIN_SIDE, Picture, Refusal};
use problem::{Problem, kinds};
use tokio::sync::Semaphore;

use super::{Incoming, unstored};
use crate::problems;

/// The largest picture that is taken, in bytes.
pub const MAX_IMAGE: u64 = 20_000_000;
/// The largest document that is taken, in bytes.
pub const MAX_DOCUMENT: u64 = 50_000_000;

/// How many pictures are received at a time: each is in memory until it is stored.
const RECEIVED_AT_A_TIME: usize = 8;
/// How many of them are decoded at a time: the largest take half a gigabyte then.
const DECODED_AT_A_TIME: usize = 1;

/// Takes pictures and documents in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Studio {
    files: Arc<dyn FileStore>,
    receiving: Arc<Semaphore>,
    decoding: Arc<Semaphore>,
}

/// A picture or document that is in the file storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub key: Key,
    pub bytes: i64,
    pub width: i32,
    pub height: i32,
}

impl Studio {
    /// A studio that stores in `files`.
    pub fn new(files: Arc<dyn FileStore>) -> Self {
        Self {
            files,
            receiving: Arc::new(Semaphore::new(RECEIVED_AT_A_TIME)),
            decoding: Arc::new(Semaphore::new(DECODED_AT_A_TIME)),
        }
    }

    /// Receives a picture, writes it anew without what does not belong to it, and stores that.
    pub async fn take_image(&self, mut incoming: Incoming) -> Result<Taken, Problem> {
        if pictures::Format::sniff(incoming.head()).is_none() {
            return Err(refused(&Refusal::NotAPicture));
        }
        let _received = permit(&self.receiving).await?;
        let mut content = Vec::new();
        while let Some(piece) = incoming.next().await? {
            content.extend_from_slice(&piece);
        }
        let decoding = permit(&self.decoding).await?;
        let cleaned = tokio::task::spawn_blocking(move || {
            // Decoding goes on when nobody waits for it any more, and counts until it is over.
            let _decoding = decoding;
            pictures::clean(&content)
        });
        let picture = cleaned.await.map_err(Problem::internal)?;
        let Picture {
            bytes,
            format,
            width,
            height,
        } = picture.map_err(|refusal| refused(&refusal))?;
        let format = match format {
            pictures::Format::Png => Format::Png,
            pictures::Format::Jpeg => Format::Jpeg,
            pictures::Format::Webp => Format::Webp,
        };
        let key = Key::of(&bytes, format);
        let taken = Taken {
            key,
            bytes: i64::try_from(bytes.len()).map_err(Problem::internal)?,
            width: i32::try_from(width).map_err(Problem::internal)?,
            height: i32::try_from(height).map_err(Problem::internal)?,
        };
        self.files.put(key, Bytes::from(bytes)).await.map_err(unstored)?;
        Ok(taken)
    }

    /// Receives a document and stores it as it comes.
    pub async fn take_document(&self, mut incoming: Incoming) -> Result<files::Stored, Problem> {
        if !incoming.head().starts_with(b"%PDF-") {
            return Err(
                Problem::new(&kinds::UNSUPPORTED_MEDIA).detail(Text::new("Это не PDF.", "This is no PDF."))
            );
        }
        let mut upload = self.files.upload().await.map_err(unstored)?;
        while let Some(piece) = incoming.next().await? {
            upload.write(piece).await.map_err(unstored)?;
        }
        upload.finish(Format::Pdf).await.map_err(unstored)
    }
}

async fn permit(of: &Arc<Semaphore>) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
    Arc::clone(of).acquire_owned().await.map_err(Problem::internal)
}

fn refused(refusal: &Refusal) -> Problem {
    match *refusal {
        Refusal::NotAPicture => Problem::new(&kinds::UNSUPPORTED_MEDIA).detail(Text::new(
            "Это не PNG, не JPEG и не WebP.",
            "This is no PNG, JPEG or WebP.",
        )),
        Refusal::TooSmall { width, height } => Problem::new(&problems::IMAGE_TOO_SMALL)
            .detail(Text::new(
                format!("{width}×{height} пикселей; нужно не меньше {MIN_SIDE}×{MIN_SIDE}."),
                format!("{width}×{height} pixels; at least {MIN_SIDE}×{MIN_SIDE} are needed."),
            ))
            .ext("width", &width)
            .ext("height", &height),
        Refusal::TooLarge { width, height } => Problem::new(&problems::IMAGE_TOO_LARGE)
            .detail(Text::new(
                format!(
                    "{width}×{height} пикселей; можно не больше {} млн.",
                    MAX_PIXELS / 1_000_000
                ),
                format!(
                    "{width}×{height} pixels; at most {} million are taken.",
                    MAX_PIXELS / 1_000_000
                ),
            ))
            .ext("width", &width)
            .ext("height", &height),
        Refusal::Damaged(ref why) => {
            tracing::info!(why, "a damaged picture was refused");
            Problem::new(&problems::IMAGE_DAMAGED)
        }
    }
}
