use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use nfs3_server::nfs3_types::nfs3::nfsstat3;

use super::attributes::status;
use super::handle::Handle;

/// The longest name of a directory entry on Linux file systems.
const LONGEST_NAME: usize = 255;

/// The served folder, and where in it the files of known handles are. Symbolic links are never followed and not shown.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    root_handle: Handle,
    /// Paths below the root. Only a memory: what is missing or no longer true is found again by [`Folder::search`].
    known: Mutex<HashMap<Handle, PathBuf>>,
}

impl Folder {
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let root = path.canonicalize()?;
        let root_handle = Handle::of(&fs::symlink_metadata(&root)?);
        Ok(Self {
            root,
            root_handle,
            known: Mutex::default(),
        })
    }

    pub const fn root(&self) -> Handle {
        self.root_handle
    }

    /// Where the file of a handle is now, and about it.
    pub fn resolve(&self, handle: Handle) -> Result<(PathBuf, Metadata), nfsstat3> {
        if handle == self.root_handle {
            let about = fs::symlink_metadata(&self.root).map_err(|error| status(&error))?;
            return Ok((self.root.clone(), about));
        }
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&handle)
            .cloned();
        let found = known
            .and_then(|below| self.check(handle, &below))
            .or_else(|| self.search(handle));
        found.ok_or(nfsstat3::NFS3ERR_STALE)
    }

    /// The directory of a handle.
    pub fn directory(&self, handle: Handle) -> Result<PathBuf, nfsstat3> {
        match self.resolve(handle)? {
            (path, about) if about.is_dir() => Ok(path),
            _ => Err(nfsstat3::NFS3ERR_NOTDIR),
        }
    }

    /// The regular file of a handle, opened.
    pub fn file(&self, handle: Handle, options: &mut OpenOptions) -> Result<File, nfsstat3> {
        let (path, about) = self.resolve(handle)?;
        if !about.is_file() {
            return Err(nfsstat3::NFS3ERR_INVAL);
        }
        options
            .custom_flags(no_follow())
            .open(path)
            .map_err(|error| status(&error))
    }

    /// The path of an entry that exists or may be made: a plain name in a directory of ours.
    pub fn entry(&self, directory: Handle, name: &[u8]) -> Result<PathBuf, nfsstat3> {
        if name.len() > LONGEST_NAME {
            return Err(nfsstat3::NFS3ERR_NAMETOOLONG);
        }
        if name.is_empty()
            || name == b"."
            || name == b".."
            || name.iter().any(|byte| matches!(byte, b'/' | 0))
        {
            return Err(nfsstat3::NFS3ERR_ACCES);
        }
        Ok(self.directory(directory)?.join(OsStr::from_bytes(name)))
    }

    /// What is at `path`, remembered under its handle. Only files and directories exist for clients.
    pub fn visit(&self, path: &Path) -> Result<(Handle, Metadata), nfsstat3> {
        let about = fs::symlink_metadata(path).map_err(|error| status(&error))?;
        if !about.is_file() && !about.is_dir() {
            return Err(nfsstat3::NFS3ERR_NOENT);
        }
        let handle = Handle::of(&about);
        self.remember(handle, path);
        Ok((handle, about))
    }

    /// The directory above one of ours; the root is above itself.
    pub fn parent(&self, directory: Handle) -> Result<Handle, nfsstat3> {
        let path = self.directory(directory)?;
        match path.parent() {
            Some(above) if above.starts_with(&self.root) && path != self.root => Ok(self.visit(above)?.0),
            _ => Ok(self.root_handle),
        }
    }

    fn remember(&self, handle: Handle, path: &Path) {
        if let Ok(below) = path.strip_prefix(&self.root) {
            self.known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(handle, below.to_path_buf());
        }
    }

    /// Drops the memory of a file that was removed.
    pub fn forget(&self, handle: Handle) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&handle);
    }

    fn check(&self, handle: Handle, below: &Path) -> Option<(PathBuf, Metadata)> {
        let path = self.root.join(below);
        let about = fs::symlink_metadata(&path).ok()?;
        (Handle::of(&about) == handle).then_some((path, about))
    }

    /// Looks through the whole tree, after a restart or when something else has moved the file. Entries that are gone
    /// are forgotten on the way.
    fn search(&self, handle: Handle) -> Option<(PathBuf, Metadata)> {
        self.forget(handle);
        let mut open = vec![self.root.clone()];
        let mut found = None;
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
                // `DirEntry::metadata` does not follow links.
                let Ok(about) = entry.metadata() else { continue };
                let path = entry.path();
                if about.is_dir() {
                    open.push(path.clone());
                }
                if about.is_dir() || about.is_file() {
                    let here = Handle::of(&about);
                    self.remember(here, &path);
                    if here == handle {
                        found = Some((path, about));
                    }
                }
            }
        }
        found
    }
}

/// `O_NOFOLLOW`: an entry that has become a link in between is refused.
fn no_follow() -> i32 {
    i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0)
}
