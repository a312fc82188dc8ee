use std::fs::{self, File, FileTimes, OpenOptions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nfs3_server::nfs3_types::nfs3::{
    Nfs3Option, createverf3, fattr3, filename3, nfspath3, nfsstat3, sattr3, stable_how,
};
use nfs3_server::vfs::{DirEntryPlus, NfsFileSystem, NfsReadFileSystem, ReadDirPlusIterator};

use super::attributes::{apply, attributes, status};
use super::directory::Entries;
use super::folder::Folder;
use super::handle::Handle;
use super::room::Room;

/// The longest READ, as announced by FSINFO.
const LONGEST_READ: u32 = 1 << 20;

/// The file system calls behind the protocol. They block, which is why the server has a runtime of its own; those that
/// wait for a disk are marked, so that other connections go on meanwhile.
pub(super) struct FolderFs(Folder, Arc<Room>);

impl FolderFs {
    pub const fn new(folder: Folder, room: Arc<Room>) -> Self {
        Self(folder, room)
    }

    fn made(&self, path: &Path) -> Result<(Handle, fattr3), nfsstat3> {
        let (handle, about) = self.0.visit(path)?;
        Ok((handle, attributes(&about)))
    }
}

/// Changes of a directory are to be on the disk before they are answered (RFC 1813, 4.8).
fn sync_directory_of(path: &Path) -> Result<(), nfsstat3> {
    let Some(directory) = path.parent() else {
        return Ok(());
    };
    let synced = tokio::task::block_in_place(|| File::open(directory)?.sync_all());
    synced.map_err(|error| status(&error))
}

impl NfsReadFileSystem for FolderFs {
    type Handle = Handle;

    fn root_dir(&self) -> Handle {
        self.0.root()
    }

    async fn lookup(&self, directory: &Handle, name: &filename3<'_>) -> Result<Handle, nfsstat3> {
        match name.as_ref() {
            b"." => self.0.directory(*directory).map(|_| *directory),
            b".." => self.0.parent(*directory),
            name => Ok(self.0.visit(&self.0.entry(*directory, name)?)?.0),
        }
    }

    async fn getattr(&self, id: &Handle) -> Result<fattr3, nfsstat3> {
        Ok(attributes(&self.0.resolve(*id)?.1))
    }

    async fn read(&self, id: &Handle, offset: u64, count: u32) -> Result<(Vec<u8>, bool), nfsstat3> {
        let file = self.0.file(*id, OpenOptions::new().read(true))?;
        let size = file.metadata().map_err(|error| status(&error))?.len();
        let wanted = u64::from(count.min(LONGEST_READ)).min(size.saturating_sub(offset));
        let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(0)];
        file.read_exact_at(&mut bytes, offset)
            .map_err(|error| status(&error))?;
        Ok((bytes, offset.saturating_add(wanted) >= size))
    }

    async fn readdirplus(
        &self,
        directory: &Handle,
        cookie: u64,
    ) -> Result<impl ReadDirPlusIterator<Handle>, nfsstat3> {
        let path = self.0.directory(*directory)?;
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| status(&error))? {
            let entry = entry.map_err(|error| status(&error))?;
            // Links, sockets and what has just gone are not there for clients.
            let Ok((handle, about)) = self.0.visit(&entry.path()) else {
                continue;
            };
            let about = attributes(&about);
            entries.push(DirEntryPlus {
                fileid: about.fileid,
                name: entry.file_name().as_bytes().to_vec().into(),
                cookie: about.fileid,
                name_attributes: Some(about),
                name_handle: Some(handle),
            });
        }
        Ok(Entries::after(cookie, entries))
    }

    async fn readlink(&self, _: &Handle) -> Result<nfspath3<'_>, nfsstat3> {
        Err(nfsstat3::NFS3ERR_INVAL)
    }
}

impl NfsFileSystem for FolderFs {
    async fn setattr(&self, id: &Handle, wanted: sattr3) -> Result<fattr3, nfsstat3> {
        let (path, about) = self.0.resolve(*id)?;
        if about.is_dir() && matches!(wanted.size, Nfs3Option::Some(_)) {
            return Err(nfsstat3::NFS3ERR_ISDIR);
        }
        apply(&path, &wanted).map_err(|error| status(&error))?;
        self.getattr(id).await
    }

    async fn write(
        &self,
        id: &Handle,
        offset: u64,
        data: &[u8],
        stable: stable_how,
    ) -> Result<(fattr3, stable_how), nfsstat3> {
        let file = self.0.file(*id, OpenOptions::new().write(true))?;
        self.1.take(data.len())?;
        file.write_all_at(data, offset).map_err(|error| status(&error))?;
        if stable != stable_how::UNSTABLE {
            tokio::task::block_in_place(|| file.sync_all()).map_err(|error| status(&error))?;
        }
        let about = file.metadata().map_err(|error| status(&error))?;
        Ok((attributes(&about), stable))
    }

    async fn create(
        &self,
        directory: &Handle,
        name: &filename3<'_>,
        wanted: sattr3,
    ) -> Result<(Handle, fattr3), nfsstat3> {
        let path = self.0.entry(*directory, name.as_ref())?;
        if let Ok((_, about)) = self.0.visit(&path) {
            if about.is_dir() {
                return Err(nfsstat3::NFS3ERR_EXIST);
            }
        } else {
            // `create_new` also refuses a link that hides behind the name.
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => drop(made.map_err(|error| status(&error))?),
            }
            sync_directory_of(&path)?;
        }
        self.0.visit(&path)?;
        apply(&path, &wanted).map_err(|error| status(&error))?;
        self.made(&path)
    }

    async fn create_exclusive(
        &self,
        directory: &Handle,
        name: &filename3<'_>,
        verifier: createverf3,
    ) -> Result<Handle, nfsstat3> {
        let path = self.0.entry(*directory, name.as_ref())?;
        let stamp = stamp(verifier);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                let times = FileTimes::new().set_modified(stamp).set_accessed(stamp);
                file.set_times(times).map_err(|error| status(&error))?;
                sync_directory_of(&path)?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                // The same request sent again meets its own file.
                let (_, about) = self.0.visit(&path)?;
                if !about.is_file() || about.modified().ok() != Some(stamp) {
                    return Err(nfsstat3::NFS3ERR_EXIST);
                }
            }
            Err(error) => return Err(status(&error)),
        }
        Ok(self.0.visit(&path)?.0)
    }

    async fn mkdir(&self, directory: &Handle, name: &filename3<'_>) -> Result<(Handle, fattr3), nfsstat3> {
        let path = self.0.entry(*directory, name.as_ref())?;
        fs::create_dir(&path).map_err(|error| status(&error))?;
        sync_directory_of(&path)?;
        self.made(&path)
    }

    /// Serves both REMOVE and RMDIR.
    async fn remove(&self, directory: &Handle, name: &filename3<'_>) -> Result<(), nfsstat3> {
        let path = self.0.entry(*directory, name.as_ref())?;
        let (handle, about) = self.0.visit(&path)?;
        let removed = if about.is_dir() {
            fs::remove_dir(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|error| status(&error))?;
        self.0.forget(handle);
        sync_directory_of(&path)
    }

    async fn rename<'a>(
        &self,
        from_directory: &Handle,
        from_name: &filename3<'a>,
        to_directory: &Handle,
        to_name: &filename3<'a>,
    ) -> Result<(), nfsstat3> {
        let from = self.0.entry(*from_directory, from_name.as_ref())?;
        let to = self.0.entry(*to_directory, to_name.as_ref())?;
        self.0.visit(&from)?;
        fs::rename(&from, &to).map_err(|error| match status(&error) {
            nfsstat3::NFS3ERR_NOTDIR | nfsstat3::NFS3ERR_ISDIR | nfsstat3::NFS3ERR_NOTEMPTY => {
                nfsstat3::NFS3ERR_EXIST
            }
            other => other,
        })?;
        self.0.visit(&to)?;
        sync_directory_of(&to)?;
        if from.parent() == to.parent() {
            Ok(())
        } else {
            sync_directory_of(&from)
        }
    }

    async fn symlink<'a>(
        &self,
        _: &Handle,
        _: &filename3<'a>,
        _: &nfspath3<'a>,
        _: &sattr3,
    ) -> Result<(Handle, fattr3), nfsstat3> {
        Err(nfsstat3::NFS3ERR_NOTSUPP)
    }

    async fn commit(&self, id: &Handle, _: u64, _: u32) -> Result<(), nfsstat3> {
        let file = self.0.file(*id, OpenOptions::new().write(true))?;
        tokio::task::block_in_place(|| file.sync_all()).map_err(|error| status(&error))
    }
}

/// The verifier of an exclusive CREATE, kept as the new file's time of modification, as other servers do: 30 bits of
/// seconds and 29 of nanoseconds, which every file system can store.
fn stamp(createverf3(bytes): createverf3) -> SystemTime {
    let bits = u64::from_be_bytes(bytes);
    UNIX_EPOCH + Duration::from_secs(bits >> 34) + Duration::from_nanos(bits & 0x1fff_ffff)
}
