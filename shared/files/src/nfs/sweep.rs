use nfs3_client::nfs3_types::nfs3::{Nfs3Option, REMOVE3args, entryplus3, nfsstat3};
use time::OffsetDateTime;

use super::call::Failure;
use super::mount::Mount;
use super::volume::{Volume, entry};
use super::write::INCOMING;

impl Volume {
    pub(super) async fn sweep(&self, mount: &Mount, before: OffsetDateTime) -> Result<usize, Failure> {
        let incoming = match self.directory(mount, INCOMING).await {
            Err(failure) if failure.is(nfsstat3::NFS3ERR_NOENT) => return Ok(0),
            result => result?,
        };
        let old = self.list(&incoming, |entry| name_if_old(entry, before)).await?;
        let mut removed = 0;
        for name in &old {
            match self
                .call(&REMOVE3args {
                    object: entry(&incoming, name),
                })
                .await
            {
                // Another replica sweeps, too.
                Err(failure) if failure.is(nfsstat3::NFS3ERR_NOENT) => {}
                result => result.map(|_| removed += 1)?,
            }
        }
        Ok(removed)
    }
}

/// Files whose age the server does not tell are left to a sweep to which it does.
fn name_if_old(entry: &entryplus3<'_>, before: OffsetDateTime) -> Option<String> {
    let Nfs3Option::Some(about) = &entry.name_attributes else {
        return None;
    };
    let name = std::str::from_utf8(&entry.name.0).ok()?;
    let is_old = i64::from(about.mtime.seconds) < before.unix_timestamp();
    (is_old && !name.starts_with('.')).then(|| name.to_owned())
}
