use std::fs::{FileTimes, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::SystemTime;

use kernel::Clock as _;
use nfs3_server::nfs3_types::nfs3::{
    Nfs3Option, fattr3, ftype3, nfsstat3, nfstime3, sattr3, set_atime, set_mtime, specdata3,
};

/// The status of RFC 1813 for an error of the file system.
pub(super) fn status(error: &io::Error) -> nfsstat3 {
    match error.kind() {
        ErrorKind::NotFound => nfsstat3::NFS3ERR_NOENT,
        ErrorKind::PermissionDenied => nfsstat3::NFS3ERR_ACCES,
        ErrorKind::AlreadyExists => nfsstat3::NFS3ERR_EXIST,
        ErrorKind::NotADirectory => nfsstat3::NFS3ERR_NOTDIR,
        ErrorKind::IsADirectory => nfsstat3::NFS3ERR_ISDIR,
        ErrorKind::DirectoryNotEmpty => nfsstat3::NFS3ERR_NOTEMPTY,
        ErrorKind::StorageFull => nfsstat3::NFS3ERR_NOSPC,
        ErrorKind::QuotaExceeded => nfsstat3::NFS3ERR_DQUOT,
        ErrorKind::FileTooLarge => nfsstat3::NFS3ERR_FBIG,
        ErrorKind::ReadOnlyFilesystem => nfsstat3::NFS3ERR_ROFS,
        ErrorKind::InvalidFilename => nfsstat3::NFS3ERR_NAMETOOLONG,
        ErrorKind::CrossesDevices => nfsstat3::NFS3ERR_XDEV,
        ErrorKind::InvalidInput => nfsstat3::NFS3ERR_INVAL,
        _ => nfsstat3::NFS3ERR_IO,
    }
}

/// The attributes of a file or directory.
pub(super) fn attributes(about: &Metadata) -> fattr3 {
    fattr3 {
        type_: if about.is_dir() {
            ftype3::NF3DIR
        } else {
            ftype3::NF3REG
        },
        mode: about.mode() & 0o7777,
        nlink: u32::try_from(about.nlink()).unwrap_or(u32::MAX),
        uid: about.uid(),
        gid: about.gid(),
        size: about.size(),
        used: about.blocks() * 512,
        rdev: specdata3::default(),
        fsid: about.dev(),
        fileid: about.ino(),
        atime: moment(about.atime(), about.atime_nsec()),
        mtime: moment(about.mtime(), about.mtime_nsec()),
        ctime: moment(about.ctime(), about.ctime_nsec()),
    }
}

fn moment(seconds: i64, nanoseconds: i64) -> nfstime3 {
    nfstime3 {
        seconds: u32::try_from(seconds).unwrap_or(0),
        nseconds: u32::try_from(nanoseconds).unwrap_or(0),
    }
}

/// Applies what a client wants changed. Owners are left alone: every client is the same user here.
pub(super) fn apply(path: &Path, wanted: &sattr3) -> io::Result<()> {
    if let Nfs3Option::Some(mode) = wanted.mode {
        std::fs::set_permissions(path, Permissions::from_mode(mode & 0o777))?;
    }
    if let Nfs3Option::Some(size) = wanted.size {
        OpenOptions::new().write(true).open(path)?.set_len(size)?;
    }
    let accessed = match wanted.atime {
        set_atime::DONT_CHANGE => None,
        set_atime::SET_TO_SERVER_TIME => Some(now()),
        set_atime::SET_TO_CLIENT_TIME(time) => Some(time.into()),
    };
    let modified = match wanted.mtime {
        set_mtime::DONT_CHANGE => None,
        set_mtime::SET_TO_SERVER_TIME => Some(now()),
        set_mtime::SET_TO_CLIENT_TIME(time) => Some(time.into()),
    };
    if accessed.is_some() || modified.is_some() {
        let mut times = FileTimes::new();
        times = accessed.map_or(times, |time| times.set_accessed(time));
        times = modified.map_or(times, |time| times.set_modified(time));
        OpenOptions::new().read(true).open(path)?.set_times(times)?;
    }
    Ok(())
}

fn now() -> SystemTime {
    kernel::SystemClock.now().into()
}
