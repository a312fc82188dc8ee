//! Smaller forms of pictures. One picture at a time, with little priority and a pause after each: there is no hurry.

use std::sync::Arc;
use std::time::Duration;

use catalog_store::{Failed, VariantEntry, VariantTask};
use chassis::JobError;
use files::{FileError, FileStore, Format, Key};
use kernel::SharedClock;
use pg::Pg;
use pictures::Original;

/// Widths of the smaller forms; those that the picture has not are left out.
const WIDTHS: [u32; 4] = [320, 640, 960, 1600];
/// Nobody else takes a picture for so long: more than the largest needs on a slow machine.
const LEASE: Duration = Duration::from_mins(15);
/// The wait after a first failure; four times as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// The wait while the file storage is away.
const STORAGE_PAUSE: Duration = Duration::from_secs(10);
/// How much less than others it gets of the processor.
const NICE: i32 = 15;

/// Makes variants.
pub struct Variants {
    /// The catalog database with the role of the internal face.
    pub pg: Pg,
    /// Where the pictures are.
    pub files: Arc<dyn FileStore>,
    /// Where time comes from.
    pub clock: SharedClock,
}

/// A smaller form, not stored yet.
struct Made {
    format: Format,
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Files(#[from] FileError),
    #[error("{0}")]
    Picture(String),
}

impl Variants {
    /// Takes the picture that has waited longest, if there is one, and makes its variants.
    pub async fn run(&self) -> Result<(), JobError> {
        let now = self.clock.now();
        let Some(task) = catalog_store::claim_variants(&self.pg, now, now + LEASE).await? else {
            return Ok(());
        };
        match self.make(&task).await {
            Ok(variants) => {
                if !catalog_store::finish_variants(&self.pg, &task, &variants).await? {
                    tracing::warn!(key = task.media_key, "variants took longer than the lease");
                }
                Ok(())
            }
            Err(fault) => {
                self.note(&task, &fault).await?;
                Err(format!("variants of {}: {fault}", task.media_key).into())
            }
        }
    }

    async fn note(&self, task: &VariantTask, fault: &Fault) -> Result<(), JobError> {
        let (failed, pause) = if let Fault::Files(FileError::Unavailable(_) | FileError::Full(_)) = fault {
            (Failed::NotCounted, STORAGE_PAUSE)
        } else {
            let doubled = u32::try_from(task.attempt - 1).unwrap_or(0).min(8) * 2;
            (Failed::Counted, FIRST_PAUSE * (1 << doubled))
        };
        let again = self.clock.now() + pause;
        catalog_store::fail_variants(&self.pg, task, failed, &fault.to_string(), again).await?;
        Ok(())
    }

    async fn make(&self, task: &VariantTask) -> Result<Vec<VariantEntry>, Fault> {
        let key: Key = task
            .media_key
            .parse()
            .map_err(|_| Fault::Picture("no key".to_owned()))?;
        let content = self.files.open(key).await?.bytes().await?;
        let (done, made) = tokio::sync::oneshot::channel();
        // A thread of its own, since priority is a thread's and would stay with one of the runtime's.
        std::thread::Builder::new()
            .name("variants".to_owned())
            .spawn(move || {
                if let Err(error) = rustix::process::nice(NICE) {
                    tracing::debug!(%error, "variants are made with full priority");
                }
                // Nobody waits any more when the process is being stopped.
                let _ = done.send(variants(&content));
            })
            .map_err(|error| Fault::Picture(error.to_string()))?;
        let made = made
            .await
            .map_err(|_| Fault::Picture("the encoder has panicked".to_owned()))?;
        let mut entries = Vec::new();
        for Made {
            format,
            width,
            height,
            bytes,
        } in made?
        {
            let key = Key::of(&bytes, format);
            let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
            let entry = VariantEntry {
                format: format.extension(),
                width: number(width),
                height: number(height),
                bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                key: key.to_string(),
            };
            self.files.put(key, bytes.into()).await?;
            entries.push(entry);
        }
        Ok(entries)
    }
}

fn variants(content: &[u8]) -> Result<Vec<Made>, Fault> {
    let fault = |error: &dyn std::error::Error| Fault::Picture(error.to_string());
    let original = Original::read(content).map_err(|error| fault(&error))?;
    let mut made = Vec::new();
    for width in WIDTHS.into_iter().filter(|&width| width <= original.width()) {
        let smaller = original.to_width(width);
        let height = smaller.height();
        let mut add = |format, bytes| {
            made.push(Made {
                format,
                width,
                height,
                bytes,
            });
        };
        add(Format::Webp, smaller.webp().map_err(|error| fault(&error))?);
        add(Format::Avif, smaller.avif().map_err(|error| fault(&error))?);
    }
    Ok(made)
}
