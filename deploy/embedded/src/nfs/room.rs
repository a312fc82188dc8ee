use std::sync::atomic::{AtomicU64, Ordering};

use nfs3_server::nfs3_types::nfs3::nfsstat3;

/// How much may still be written, where a test has set an end to it.
#[derive(Debug)]
pub(super) struct Room(AtomicU64);

const NO_END: u64 = u64::MAX;

impl Default for Room {
    fn default() -> Self {
        Self(AtomicU64::new(NO_END))
    }
}

impl Room {
    pub fn leave(&self, bytes: Option<u64>) {
        self.0.store(bytes.unwrap_or(NO_END), Ordering::Relaxed);
    }

    /// Takes room for a write. What does not fit is refused as a full disk refuses it, and takes nothing.
    pub fn take(&self, bytes: usize) -> Result<(), nfsstat3> {
        let bytes = u64::try_from(bytes).unwrap_or(NO_END);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| match left {
                NO_END => Some(NO_END),
                left => left.checked_sub(bytes),
            });
        taken.map(drop).map_err(|_| nfsstat3::NFS3ERR_NOSPC)
    }
}
