use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Error;

/// The oldest major version that the shop's SQL is written for.
const OLDEST: u32 = 15;
/// Where Debian keeps the servers, one folder a major version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// What a folder must hold to be a server.
const NEEDED: [&str; 3] = ["postgres", "initdb", "pg_ctl"];

/// The programs of one PostgreSQL version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub folder: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// `PG_BIN` if set, else the first on `PATH`, else the newest of Debian's folders.
    pub fn find() -> Result<Self, Error> {
        let found = Self::find_among(
            env::var_os("PG_BIN").as_deref(),
            env::var_os("PATH").as_deref(),
            Path::new(DEBIAN),
        )?;
        if found.major < OLDEST {
            return Err(Error::TooOld {
                found: found.major,
                needed: OLDEST,
                folder: found.folder,
            });
        }
        Ok(found)
    }

    /// Debian's folder of exactly this major version, for data that an older server wrote.
    pub fn of_major(major: u32) -> Option<Self> {
        Self::at(&Path::new(DEBIAN).join(major.to_string()).join("bin"))
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn find_among(named: Option<&OsStr>, path: Option<&OsStr>, debian: &Path) -> Result<Self, Error> {
        let mut looked: Vec<PathBuf> = Vec::new();
        if let Some(named) = named {
            // A folder that was named and does not fit is an error, not a reason to take another.
            let folder = PathBuf::from(named);
            return Self::at(&folder).ok_or_else(|| Error::BinariesMissing {
                looked: format!("PG_BIN={}", folder.display()),
            });
        }
        looked.extend(path.map(env::split_paths).into_iter().flatten());
        looked.extend(newest_first(debian));
        looked
            .iter()
            .find_map(|folder| Self::at(folder))
            .ok_or_else(|| Error::BinariesMissing {
                looked: format!("the folders of PATH and {}/*/bin", debian.display()),
            })
    }

    /// The server in `folder`. Links are followed, since some machines link single programs into `/usr/local/bin`.
    fn at(folder: &Path) -> Option<Self> {
        let postgres = fs::canonicalize(folder.join("postgres")).ok()?;
        let folder = postgres.parent()?.to_path_buf();
        if !NEEDED.iter().all(|name| folder.join(name).is_file()) {
            return None;
        }
        let said = Command::new(&postgres).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { folder, major })
    }
}

/// The folders of every major version under Debian's root, newest first.
fn newest_first(root: &Path) -> Vec<PathBuf> {
    let mut majors: Vec<u32> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors
        .into_iter()
        .map(|major| root.join(major.to_string()).join("bin"))
        .collect()
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` is 15; `18beta1` is 18.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_the_server_says() {
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn a_missing_server_names_the_package() {
        let empty = tempfile::tempdir().expect("a temporary folder");
        let error = Binaries::find_among(None, Some(OsStr::new("/nonexistent")), empty.path())
            .expect_err("nothing there");
        assert!(
            error.to_string().contains("apt-get install postgresql"),
            "{error}"
        );
        let error = Binaries::find_among(Some(empty.path().as_os_str()), None, Path::new(DEBIAN))
            .expect_err("empty folder");
        assert!(error.to_string().contains("PG_BIN="), "{error}");
    }

    #[test]
    fn the_newest_folder_comes_first_by_number() {
        let root = tempfile::tempdir().expect("a temporary folder");
        for major in ["9", "15", "17", "common"] {
            fs::create_dir(root.path().join(major)).expect("a folder");
        }
        let found: Vec<_> = newest_first(root.path());
        assert_eq!(
            found,
            ["17", "15", "9"].map(|major| root.path().join(major).join("bin"))
        );
    }
}
