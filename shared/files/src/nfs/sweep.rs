use nfs3_client::nfs3_types::nfs3::{
    Nfs3Option, READDIRPLUS3args, REMOVE3args, cookieverf3, entryplus3, nfs_fh3, nfsstat3,
};
use time::OffsetDateTime;

use super::call::Failure;
use super::mount::Mount;
use super::volume::{Volume, entry};
use super::write::INCOMING;

/// The largest answer that lists a directory.
const LARGEST_LIST: u32 = 64 * 1024;

impl Volume {
    pub(super) async fn sweep(&self, mount: &Mount, before: OffsetDateTime) -> Result<usize, Failure> {
        let incoming = match self.directory(mount, INCOMING).await {
            Err(failure) if failure.is(nfsstat3::NFS3ERR_NOENT) => return Ok(0),
            result => result?,
        };
        let old = self.old_files(&incoming, before).await?;
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

    async fn old_files(&self, directory: &nfs_fh3, before: OffsetDateTime) -> Result<Vec<String>, Failure> {
        let mut old = Vec::new();
        let (mut cookie, mut verifier) = (0, cookieverf3::default());
        loop {
            let request = READDIRPLUS3args {
                dir: directory.clone(),
                cookie,
                cookieverf: verifier,
                dircount: LARGEST_LIST / 4,
                maxcount: LARGEST_LIST,
            };
            let answer = self.call(&request).await?;
            verifier = answer.cookieverf;
            let entries = answer.reply.entries.into_inner();
            let Some(last) = entries.last() else {
                return Ok(old);
            };
            cookie = last.cookie;
            old.extend(entries.into_iter().filter_map(|entry| name_if_old(entry, before)));
            if answer.reply.eof {
                return Ok(old);
            }
        }
    }
}

/// Files whose age the server does not tell are left to a sweep to which it does.
fn name_if_old(entry: entryplus3<'_>, before: OffsetDateTime) -> Option<String> {
    let Nfs3Option::Some(about) = entry.name_attributes else {
        return None;
    };
    let name = String::from_utf8(entry.name.0.into_owned()).ok()?;
    let is_old = i64::from(about.mtime.seconds) < before.unix_timestamp();
    (is_old && !name.starts_with('.')).then_some(name)
}
