use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::time::UNIX_EPOCH;

use nfs3_server::vfs::FileHandle;

/// Bytes of a handle, beside the eight of the generation that the library puts in front.
const LENGTH: usize = 16;

/// What a file is known by: its inode and when that was made, so that an inode used again is another file.
///
/// Nothing in it depends on the server's memory, so a client's handles outlive a restart of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Handle([u8; LENGTH]);

impl Handle {
    pub fn of(about: &Metadata) -> Self {
        // A file system without birth times gives 0 and loses only the guard against reused inodes.
        let born = about
            .created()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let born = born.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0));
        let mut bytes = [0; LENGTH];
        bytes[..8].copy_from_slice(&about.ino().to_be_bytes());
        bytes[8..].copy_from_slice(&born.to_be_bytes());
        Self(bytes)
    }
}

impl FileHandle for Handle {
    fn len(&self) -> usize {
        LENGTH
    }

    fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// When the machine started, in seconds of the epoch (`btime` of `/proc/stat`); 1 where that is not to be had.
pub(super) fn machine_start() -> u64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().find_map(|line| line.strip_prefix("btime "));
    line.and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(1)
}
