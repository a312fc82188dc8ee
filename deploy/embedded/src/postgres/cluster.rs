use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::account::Account;
use super::binaries::Binaries;
use super::error::Doing as _;
use super::{Error, SUPERUSER};

/// What the data folder holds.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The folder given by the caller; also holds the Unix socket.
    pub root: PathBuf,
    /// PostgreSQL's own data.
    pub data: PathBuf,
    /// Where `initdb` works, so that `data` is either whole or absent.
    pub unfinished: PathBuf,
    /// The superuser's password, readable by its owner alone.
    pub password: PathBuf,
    /// What the server says.
    pub log: PathBuf,
}

impl Layout {
    pub fn of(root: &Path) -> Result<Self, Error> {
        let root = std::path::absolute(root).doing(|| format!("cannot resolve {}", root.display()))?;
        Ok(Self {
            data: root.join("pgdata"),
            unfinished: root.join("pgdata.unfinished"),
            password: root.join("superuser-password"),
            log: root.join("postgresql.log"),
            root,
        })
    }

    /// Makes the folder and gives it to the account. A folder that holds anything else is refused, because it would
    /// change its owner.
    pub fn prepare(&self, account: Account) -> Result<(), Error> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(self.root.parent().unwrap_or(&self.root))
            .doing(|| format!("cannot make the folder above {}", self.root.display()))?;
        match DirBuilder::new().mode(0o700).create(&self.root) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.check_ours()?,
            made => made.doing(|| format!("cannot make {}", self.root.display()))?,
        }
        account.own(&self.root)?;
        account.check_way_to(&self.data)
    }

    fn check_ours(&self) -> Result<(), Error> {
        if self.is_made() {
            return Ok(());
        }
        let known = [&self.unfinished, &self.password, &self.log];
        for entry in fs::read_dir(&self.root).doing(|| format!("cannot read {}", self.root.display()))? {
            let entry = entry
                .doing(|| format!("cannot read {}", self.root.display()))?
                .path();
            if !known.contains(&&entry) {
                return Err(Error::NotOurs(self.root.clone()));
            }
        }
        Ok(())
    }

    pub fn is_made(&self) -> bool {
        self.data.join("PG_VERSION").exists()
    }

    /// The binaries that can read the data: those found, or else Debian's of the version that wrote them.
    pub fn fitting(&self, found: Binaries) -> Result<Binaries, Error> {
        let file = self.data.join("PG_VERSION");
        let text = fs::read_to_string(&file).doing(|| format!("cannot read {}", file.display()))?;
        let major = text.trim().parse().unwrap_or(0);
        if major == found.major {
            return Ok(found);
        }
        Binaries::of_major(major).ok_or_else(|| Error::OtherMajor {
            folder: self.data.clone(),
            data: major,
            server: found.major,
        })
    }

    /// Makes an empty cluster: UTF-8, locale `C.UTF-8`, passwords for everyone unless it is a throwaway one.
    pub async fn init(&self, binaries: &Binaries, account: Account, durable: bool) -> Result<(), Error> {
        if self.unfinished.exists() {
            fs::remove_dir_all(&self.unfinished)
                .doing(|| format!("cannot remove {}", self.unfinished.display()))?;
        }
        let mut command = account.command(&binaries.program("initdb"), &self.root);
        command
            .args([
                "--username",
                SUPERUSER,
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--pgdata",
            ])
            .arg(&self.unfinished);
        if durable {
            self.write_password(account)?;
            command
                .args(["--auth", "scram-sha-256", "--data-checksums", "--pwfile"])
                .arg(&self.password);
        } else {
            command.args(["--auth", "trust", "--no-sync"]);
        }
        let said = command
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .doing(|| "cannot run initdb".to_owned())?;
        if !said.status.success() {
            let log = format!(
                "{}{}",
                String::from_utf8_lossy(&said.stdout),
                String::from_utf8_lossy(&said.stderr)
            );
            return Err(Error::Initdb {
                folder: self.unfinished.clone(),
                log,
            });
        }
        fs::rename(&self.unfinished, &self.data)
            .doing(|| format!("cannot put the new cluster to {}", self.data.display()))
    }

    fn write_password(&self, account: Account) -> Result<(), Error> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&self.password)
            .doing(|| format!("cannot write {}", self.password.display()))?;
        file.write_all(kernel::random::token().as_bytes())
            .and_then(|()| file.sync_all())
            .doing(|| format!("cannot write {}", self.password.display()))?;
        account.own(&self.password)
    }

    /// The superuser's password; none for a throwaway cluster, which was made without one.
    pub fn read_password(&self) -> Result<Option<String>, Error> {
        match fs::read_to_string(&self.password) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Io {
                what: format!("cannot read {}", self.password.display()),
                source,
            }),
        }
    }
}
