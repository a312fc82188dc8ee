use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command as SyncCommand;

use tokio::process::Command;

use super::Error;
use super::error::Doing as _;

/// The account that Debian's package makes for the server.
const NAME: &str = "postgres";

/// The account that runs the server: our own, or `postgres` when we are root, as which PostgreSQL refuses to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    Own,
    Other { uid: u32, gid: u32 },
}

impl Account {
    pub fn choose() -> Result<Self, Error> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        match (id("-u"), id("-g")) {
            (Some(uid), Some(gid)) if uid != 0 => Ok(Self::Other { uid, gid }),
            _ => Err(Error::NoAccount),
        }
    }

    /// A command run by this account in `folder`, with messages in English and without the caller's `PG…` variables,
    /// which would lead it to another server.
    pub fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("LC_ALL", "C.UTF-8");
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid).env("HOME", folder);
        }
        command
    }

    /// Makes `path` this account's own.
    pub fn own(self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => chown(path, Some(uid), Some(gid))
                .doing(|| format!("cannot give {} to the user `{NAME}`", path.display())),
        }
    }

    /// Makes everything below `folder` this account's own, for data that another account wrote before.
    pub fn own_all(self, folder: &Path) -> Result<(), Error> {
        let Self::Other { uid, .. } = self else {
            return Ok(());
        };
        let about = fs::symlink_metadata(folder).doing(|| format!("cannot read {}", folder.display()))?;
        if about.uid() == uid {
            return Ok(());
        }
        let mut open: Vec<PathBuf> = vec![folder.to_path_buf()];
        // The top folder comes last: until then the data count as foreign, and an interrupted change is done anew.
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(&next).doing(|| format!("cannot read {}", next.display()))? {
                let entry = entry.doing(|| format!("cannot read {}", next.display()))?;
                let kind = entry
                    .file_type()
                    .doing(|| format!("cannot read {}", entry.path().display()))?;
                if kind.is_dir() {
                    open.push(entry.path());
                }
                if !kind.is_symlink() {
                    found.push(entry.path());
                }
            }
        }
        found.iter().rev().try_for_each(|path| self.own(path))?;
        self.own(folder)
    }

    /// Whether this account may enter every folder above `path`; the first it may not is the error.
    pub fn check_way_to(self, path: &Path) -> Result<(), Error> {
        let Self::Other { uid, gid } = self else {
            return Ok(());
        };
        for folder in path.ancestors().skip(1) {
            let Ok(about) = fs::metadata(folder) else { continue };
            let execute = if about.uid() == uid {
                0o100
            } else if about.gid() == gid {
                0o010
            } else {
                0o001
            };
            if about.mode() & execute == 0 {
                return Err(Error::Unreachable(folder.to_path_buf()));
            }
        }
        Ok(())
    }
}

/// The account's number as the name service knows it, which may be more than `/etc/passwd`.
fn id(which: &str) -> Option<u32> {
    let said = SyncCommand::new("id").args([which, NAME]).output().ok()?;
    String::from_utf8(said.stdout).ok()?.trim().parse().ok()
}
