use backoffice_domain::{Entry, Fault, Head, Verifier};

use crate::Store;
use crate::rows::{EntryRow, hash};

/// Entries read at a time: memory stays small, however long the chain.
const PAGE: i64 = 1_000;

/// What came of walking the whole chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// The last entry, as the head remembers it.
    pub head: Head,
    /// Entries that were found good, from the first one on.
    pub good: i64,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
}

impl Store {
    /// Walks the audit from its first entry to its last and checks every hash (AUD-1). No lock is held: what is
    /// appended meanwhile comes after the head that was read first.
    pub async fn verify_audit(&self) -> Result<Verification, sqlx::Error> {
        let row = sqlx::query!("SELECT seq, hash FROM audit_head")
            .fetch_one(&mut *self.pg.connection().await?)
            .await?;
        let head = Head {
            seq: row.seq,
            hash: hash(row.hash)?,
        };
        let mut verifier = Verifier::new();
        let fault = loop {
            let page = self.page(verifier.head().seq, head.seq).await?;
            if page.is_empty() {
                break verifier.end(head).err();
            }
            if let Err(fault) = page.iter().try_for_each(|entry| verifier.next(entry)) {
                break Some(fault);
            }
        };
        Ok(Verification {
            head,
            good: verifier.head().seq,
            fault,
        })
    }

    async fn page(&self, after: i64, last: i64) -> Result<Vec<Entry>, sqlx::Error> {
        let rows = sqlx::query_as!(
            EntryRow,
            r#"SELECT seq, id, at, source, actor, action, subject, details::text AS "details!", prev_hash, hash
               FROM audit_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3"#,
            after,
            last,
            PAGE,
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }
}
