use std::path::{Path, PathBuf};

use catalog_store::{ImportError, ImportReport, MediaEntry, import, register_media};
use files::{FileError, FileStore};
use kernel::Clock;
use pg::Pg;

use super::assortment::{Unit, units};
use super::entries::entries;
use super::import::show_availability;
use super::media::{Drawn, store};
use super::picture::{DrawError, SIDE, pictures};

/// What seeding did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedReport {
    /// Furniture units of the demo assortment.
    pub units: usize,
    /// Pictures that had to be drawn; none at a second start.
    pub drawn: usize,
    /// What changed in the database.
    pub import: ImportReport,
}

/// Why the demo assortment could not be brought in. Repeating is safe.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A picture could not be drawn.
    #[error("cannot draw a picture")]
    Draw(#[from] DrawError),
    /// Drawing was interrupted.
    #[error("drawing was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A picture could not be stored.
    #[error("cannot store a picture")]
    Files(#[from] FileError),
    /// What was drawn could not be noted.
    #[error("cannot write {}", path.display())]
    Memory {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A picture could not be registered, or availability not be computed.
    #[error("the catalog database refuses")]
    Database(#[from] pg::sqlx::Error),
    /// The assortment could not be imported.
    #[error("cannot import the assortment")]
    Import(#[from] ImportError),
}

/// Brings the demo assortment in: draws the pictures that are not in `files` yet, registers them, imports units,
/// components and first stock, as the owner of the catalog database. Doing it again changes nothing. `memory` is a
/// file in which it notes which drawing became which picture.
pub async fn seed(
    pg: &Pg,
    clock: &dyn Clock,
    files: &dyn FileStore,
    memory: &Path,
) -> Result<SeedReport, SeedError> {
    seed_units(pg, clock, files, memory, units()).await
}

pub(super) async fn seed_units(
    pg: &Pg,
    clock: &dyn Clock,
    files: &dyn FileStore,
    memory: &Path,
    units: Vec<Unit>,
) -> Result<SeedReport, SeedError> {
    let drawings = units.iter().flat_map(pictures).collect();
    let mut memory = Drawn::read(memory);
    let (stored, drawn) = store(files, &mut memory, drawings).await?;
    let side = i32::try_from(SIDE).unwrap_or(i32::MAX);
    for picture in &stored {
        let media = MediaEntry {
            key: picture.key.to_string(),
            content_type: picture.key.format().media_type().to_owned(),
            bytes: picture.bytes,
            width: side,
            height: side,
        };
        register_media(pg, clock.now(), &media).await?;
    }
    let mut assortment = entries(&units);
    for (product, images) in assortment.products.iter_mut().zip(stored.chunks(2)) {
        product.images = images.iter().map(|picture| picture.key.to_string()).collect();
    }
    let import = import(pg, clock, &assortment).await?;
    show_availability(pg).await?;
    Ok(SeedReport {
        units: units.len(),
        drawn,
        import,
    })
}
