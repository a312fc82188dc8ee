use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Files that only their owner may read.
pub struct Folder {
    path: PathBuf,
    owner: Option<u32>,
}

impl Folder {
    /// The folder, made where it is missing. `owner` gets the files.
    pub fn open(path: &Path, owner: Option<u32>) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            // Who may not read a file may not see more of it by entering the folder.
            .mode(0o755)
            .create(path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            owner,
        })
    }

    /// The content of a file, `None` where there is none.
    pub fn read(&self, name: &str) -> anyhow::Result<Option<String>> {
        let file = self.path.join(name);
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// Writes a file for the owner. A container that has it open, or mounted, keeps the same file.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        if self.read(name)?.as_deref() != Some(text) {
            self.put(name, text)?;
        }
        if let Some(owner) = self.owner {
            let file = self.path.join(name);
            chown(&file, Some(owner), Some(owner))
                .with_context(|| format!("cannot give {} to {owner}", file.display()))?;
        }
        Ok(())
    }

    /// Writes a file whole or not at all, readable by this process's user alone.
    pub fn keep(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let half = format!("{name}.new");
        self.put(&half, text)?;
        fs::rename(self.path.join(&half), self.path.join(name))
            .with_context(|| format!("cannot write {name}"))
    }

    fn put(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let file = self.path.join(name);
        let write = || {
            let mut open = OpenOptions::new();
            let mut handle = open
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o400)
                .open(&file)?;
            handle.write_all(text.as_bytes())?;
            handle.sync_all()
        };
        write().with_context(|| format!("cannot write {}", file.display()))
    }
}
