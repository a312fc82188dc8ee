use std::vec;

use nfs3_server::vfs::{DirEntryPlus, NextResult, ReadDirPlusIterator};

use super::handle::Handle;

/// The entries of a directory in the order of their inodes, which are also their cookies: a listing that is continued
/// after files came or went neither repeats nor skips those that stayed.
pub(super) struct Entries(vec::IntoIter<DirEntryPlus<Handle>>);

impl Entries {
    pub fn after(cookie: u64, mut entries: Vec<DirEntryPlus<Handle>>) -> Self {
        entries.retain(|entry| entry.cookie > cookie);
        entries.sort_unstable_by_key(|entry| entry.cookie);
        Self(entries.into_iter())
    }
}

impl ReadDirPlusIterator<Handle> for Entries {
    async fn next(&mut self) -> NextResult<DirEntryPlus<Handle>> {
        self.0.next().map_or(NextResult::Eof, NextResult::Ok)
    }
}
