//! Pictures in the file storage, each drawn once.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use files::{FileStore, Format, Key};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::picture::{Drawing, render};
use super::seed::SeedError;

/// A picture in the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored {
    pub key: Key,
    pub bytes: i64,
}

/// Which drawing became which file, kept beside the data so that a second start need not draw again. Only a
/// memory: when it is lost, the same pictures are drawn once more.
#[derive(Debug)]
pub(super) struct Drawn {
    path: PathBuf,
    known: HashMap<String, Stored>,
}

impl Drawn {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let known = text.lines().filter_map(entry).collect();
        Self {
            path: path.to_owned(),
            known,
        }
    }

    fn write(&self) -> std::io::Result<()> {
        let mut text = String::new();
        for (drawing, stored) in &self.known {
            let _ = writeln!(text, "{drawing} {} {}", stored.key, stored.bytes);
        }
        let unfinished = self.path.with_extension("new");
        std::fs::write(&unfinished, text)?;
        std::fs::rename(unfinished, &self.path)
    }
}

fn entry(line: &str) -> Option<(String, Stored)> {
    let mut words = line.split(' ');
    let drawing = words.next()?.to_owned();
    let key = words.next()?.parse().ok()?;
    let bytes = words.next()?.parse().ok()?;
    Some((drawing, Stored { key, bytes }))
}

/// Puts the pictures of all drawings into the storage, in their order. Answers how many had to be drawn.
pub(super) async fn store(
    files: &dyn FileStore,
    drawn: &mut Drawn,
    drawings: Vec<Drawing>,
) -> Result<(Vec<Stored>, usize), SeedError> {
    let hands = std::thread::available_parallelism().map_or(1, usize::from) + 1;
    let known = &drawn.known;
    let results: Vec<(String, Stored, bool)> = stream::iter(drawings)
        .map(|drawing| async move {
            let name = hex(drawing.digest());
            if let Some(&stored) = known.get(&name)
                && files.exists(stored.key).await?
            {
                return Ok((name, stored, false));
            }
            let png = Bytes::from(tokio::task::spawn_blocking(move || render(&drawing)).await??);
            let stored = Stored {
                key: Key::of(&png, Format::Png),
                bytes: i64::try_from(png.len()).unwrap_or(i64::MAX),
            };
            files.put(stored.key, png).await?;
            Ok::<_, SeedError>((name, stored, true))
        })
        .buffered(hands)
        .try_collect()
        .await?;
    let new = results.iter().filter(|(.., new)| *new).count();
    let stored = results.iter().map(|(_, stored, _)| *stored).collect();
    if new > 0 {
        drawn.known = results
            .into_iter()
            .map(|(name, stored, _)| (name, stored))
            .collect();
        drawn.write().map_err(|source| SeedError::Memory {
            path: drawn.path.clone(),
            source,
        })?;
    }
    Ok((stored, new))
}

fn hex(digest: [u8; 32]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
