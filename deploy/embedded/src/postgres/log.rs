use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::Error;
use super::error::Doing as _;

/// A log longer than this is put aside when the server starts; one old file is kept.
const LONGEST: u64 = 16 << 20;
/// How many lines an error shows.
const LINES: usize = 20;
/// How many bytes of the log are looked at for them.
const WINDOW: u64 = 64 << 10;

/// The server's log file and where the present run began in it.
#[derive(Debug)]
pub(super) struct Log {
    file: PathBuf,
    from: u64,
}

impl Log {
    /// Opens the log for one run of the server and returns the handle that the server writes to.
    pub fn open(file: &Path) -> Result<(Self, File), Error> {
        if fs::metadata(file).is_ok_and(|about| about.len() > LONGEST) {
            let aside = file.with_extension("log.1");
            fs::rename(file, &aside).doing(|| format!("cannot put aside {}", file.display()))?;
        }
        let out = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .doing(|| format!("cannot write {}", file.display()))?;
        let from = out
            .metadata()
            .doing(|| format!("cannot read {}", file.display()))?
            .len();
        Ok((
            Self {
                file: file.to_path_buf(),
                from,
            },
            out,
        ))
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The last lines this run wrote; empty when they cannot be read, since they only serve an error message.
    pub fn tail(&self) -> String {
        let Ok(mut file) = File::open(&self.file) else {
            return String::new();
        };
        let end = file.metadata().map_or(0, |about| about.len());
        let from = self.from.max(end.saturating_sub(WINDOW));
        let mut bytes = Vec::new();
        if file
            .seek(SeekFrom::Start(from))
            .and_then(|_| file.read_to_end(&mut bytes))
            .is_err()
        {
            return String::new();
        }
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}
