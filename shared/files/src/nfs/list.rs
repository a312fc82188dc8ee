//! Listing directories, an answer at a time (RFC 1813, 3.3.17).

use nfs3_client::nfs3_types::nfs3::{READDIRPLUS3args, cookieverf3, entryplus3, nfs_fh3, nfsstat3};

use super::call::Failure;
use super::volume::Volume;

/// The largest answer that lists a directory.
const LARGEST_LIST: u32 = 64 * 1024;

/// How often a listing is begun when the server has forgotten where it was: the directory was changed, or the server
/// restarted.
const ATTEMPTS: usize = 3;

impl Volume {
    /// What `pick` makes of the entries of a directory. An entry that comes or goes meanwhile may be in it or not.
    pub(super) async fn list<T>(
        &self,
        directory: &nfs_fh3,
        pick: impl Fn(&entryplus3<'_>) -> Option<T>,
    ) -> Result<Vec<T>, Failure> {
        let mut attempt = 1;
        loop {
            match self.list_once(directory, &pick).await {
                Err(failure) if failure.is(nfsstat3::NFS3ERR_BAD_COOKIE) && attempt < ATTEMPTS => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn list_once<T>(
        &self,
        directory: &nfs_fh3,
        pick: impl Fn(&entryplus3<'_>) -> Option<T>,
    ) -> Result<Vec<T>, Failure> {
        let mut picked = Vec::new();
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
                return Ok(picked);
            };
            cookie = last.cookie;
            picked.extend(entries.iter().filter_map(&pick));
            if answer.reply.eof {
                return Ok(picked);
            }
        }
    }
}
