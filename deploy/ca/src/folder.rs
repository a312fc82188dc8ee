use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use kernel::SharedClock;

use crate::{Authority, Leaf, Validity, files, held};

/// A folder with an authority (`ca.pem`, `ca.key`) and what it has issued (`<name>.pem`, `<name>.key`). Keys are
/// readable by their owner only. One process works in it at a time; others wait.
pub struct Folder {
    path: PathBuf,
    clock: SharedClock,
    _lock: File,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: what is there is good.
    Kept,
    /// There was none.
    Made,
    /// There was one that ran out, was for other names or of another authority.
    Renewed,
}

impl Folder {
    /// Opens a folder, making it if need be, and waits until no other process works in it.
    pub fn open(path: impl Into<PathBuf>, clock: SharedClock) -> anyhow::Result<Self> {
        let path = path.into();
        fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        let lock = path.join(".lock");
        let lock = File::create(&lock).with_context(|| format!("open {}", lock.display()))?;
        lock.lock().context("lock the folder")?;
        Ok(Self {
            path,
            clock,
            _lock: lock,
        })
    }

    /// Makes the authority, valid for so many days. One that is there stays, unless it has run out. A certificate
    /// without its key, or a key alone, is an error: something went wrong that a new authority would hide.
    pub fn init(&self, days: u32) -> anyhow::Result<Outcome> {
        let now = self.clock.now();
        let outcome = match (
            files::read(&self.file("ca.pem"))?,
            files::read(&self.file("ca.key"))?,
        ) {
            (None, None) => Outcome::Made,
            (Some(certificate), Some(key)) => {
                let until = held::validity(&certificate)?.until;
                Authority::load(certificate, key)?;
                if now < until {
                    return Ok(Outcome::Kept);
                }
                Outcome::Renewed
            }
            _ => bail!(
                "{} has only one of ca.pem and ca.key; bring the other one back or remove it",
                self.path.display()
            ),
        };
        let authority = Authority::create("Garnitur development CA", Validity::days(now, days))?;
        files::replace(&self.file("ca.key"), authority.key(), 0o600)?;
        files::replace(&self.file("ca.pem"), authority.certificate(), 0o644)?;
        Ok(outcome)
    }

    /// Issues a certificate for so many days, at most until the authority ends. One that is there stays while more than
    /// a third of its time is left, it has these names, and it is of this authority.
    pub fn issue(&self, leaf: &Leaf, days: u32) -> anyhow::Result<Outcome> {
        let now = self.clock.now();
        let authority = self.authority()?;
        let (certificate, key) = self.pair(leaf);
        let outcome = match (files::read(&certificate)?, files::read(&key)?) {
            (None, None) => Outcome::Made,
            (Some(certificate), Some(key)) => {
                let good = held::check(&certificate, &key, authority.certificate(), leaf, now).is_ok();
                if good && !held::validity(&certificate)?.is_late(now) {
                    return Ok(Outcome::Kept);
                }
                Outcome::Renewed
            }
            // An interrupted run: the pair was never whole.
            _ => Outcome::Renewed,
        };
        let end = held::validity(authority.certificate())?.until;
        ensure!(now < end, "the authority has run out; `init` makes a new one");
        let mut validity = Validity::days(now, days);
        validity.until = validity.until.min(end);
        let issued = authority.issue(leaf, validity)?;
        files::replace(&key, &issued.key, 0o600)?;
        files::replace(&certificate, &issued.certificate, 0o644)?;
        Ok(outcome)
    }

    /// Where the certificate and the key of a leaf are.
    pub fn pair(&self, leaf: &Leaf) -> (PathBuf, PathBuf) {
        let file = |ending: &str| self.file(&format!("{}.{ending}", leaf.name()));
        (file("pem"), file("key"))
    }

    /// Where the authority's certificate is.
    pub fn authorities(&self) -> PathBuf {
        self.file("ca.pem")
    }

    fn authority(&self) -> anyhow::Result<Authority> {
        let read = |name: &str| {
            let path = self.file(name);
            files::read(&path)?
                .with_context(|| format!("{} is missing; `init` makes an authority", path.display()))
        };
        Authority::load(read("ca.pem")?, read("ca.key")?)
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new(&self.path).join(name)
    }
}

impl std::fmt::Debug for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Folder")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
