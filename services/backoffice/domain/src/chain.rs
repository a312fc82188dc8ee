//! Tamper evidence (AUD-1): each entry's hash covers the entry and the hash of the one before, so whoever changes,
//! removes or inserts an entry would have to change every later one too, and the head, and every copy of a hash that
//! was kept elsewhere.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::Record;

/// Begins what is hashed, so that a hash of ours is never one of something else. The number is the version of the
/// canonical form below.
const DOMAIN: &[u8] = b"garnitur audit 1\n";

/// The SHA-256 of an entry; printed in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntryHash(pub [u8; 32]);

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The last entry of a chain: its place, counted from 1, and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Place of the last entry; 0 when there is none.
    pub seq: i64,
    /// Its hash; zeroes when there is none.
    pub hash: EntryHash,
}

impl Head {
    /// The head of a chain without entries.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: EntryHash([0; 32]),
    };
}

/// A record in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place, counted from 1 without gaps.
    pub seq: i64,
    /// What is recorded.
    pub record: Record,
    /// Hash of the entry before.
    pub prev_hash: EntryHash,
    /// Hash of this entry.
    pub hash: EntryHash,
}

impl Entry {
    /// The head of a chain that ends with this entry.
    pub const fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// The first thing that is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit is broken at entry {seq}: {kind}")]
pub struct Fault {
    /// Place in the chain.
    pub seq: i64,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// How a chain can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// There is no entry in this place: it was removed.
    #[error("the entry is missing")]
    Missing,
    /// The entry does not name the hash of the one before: one of the two was replaced.
    #[error("the entry does not follow from the one before")]
    Unlinked,
    /// The content does not have the hash that was written with it.
    #[error("the entry was changed")]
    Changed,
    /// The head names another entry as the last: the end was cut off or rewritten.
    #[error("the head names another entry as the last")]
    WrongHead,
}

/// The entry that puts `record` at the end of the chain with this `head`.
pub fn append(head: Head, record: Record) -> Entry {
    let seq = head.seq + 1;
    Entry {
        seq,
        hash: hash(head.hash, seq, &record),
        prev_hash: head.hash,
        record,
    }
}

/// Walks a chain entry by entry, so that it need not be in memory.
#[derive(Debug, Clone, Copy)]
pub struct Verifier {
    head: Head,
}

impl Verifier {
    /// At the beginning of a chain.
    pub const fn new() -> Self {
        Self { head: Head::EMPTY }
    }

    /// The last entry that was found good.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Takes the next entry. A fault when it is not what must come now; nothing after it is worth looking at then.
    pub fn next(&mut self, entry: &Entry) -> Result<(), Fault> {
        let seq = self.head.seq + 1;
        let kind = if entry.seq != seq {
            FaultKind::Missing
        } else if entry.prev_hash != self.head.hash {
            FaultKind::Unlinked
        } else if entry.hash != hash(entry.prev_hash, seq, &entry.record) {
            FaultKind::Changed
        } else {
            self.head = entry.head();
            return Ok(());
        };
        Err(Fault { seq, kind })
    }

    /// After the last entry: a fault when `head`, which is kept apart from the entries, names another one.
    pub fn end(self, head: Head) -> Result<(), Fault> {
        if self.head == head {
            Ok(())
        } else {
            Err(Fault {
                seq: self.head.seq.min(head.seq) + 1,
                kind: FaultKind::WrongHead,
            })
        }
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether `entries` are a whole chain that ends with `head`; else the first thing that is wrong.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>, head: Head) -> Result<(), Fault> {
    let mut verifier = Verifier::new();
    entries.into_iter().try_for_each(|entry| verifier.next(entry))?;
    verifier.end(head)
}

/// SHA-256 over the hash before and the canonical form: numbers as big-endian 64 bits, the id as 16 bytes, texts after
/// their length, an absent text as the length -1. No two contents have the same form.
fn hash(prev: EntryHash, seq: i64, record: &Record) -> EntryHash {
    let Record {
        id,
        at,
        source,
        actor,
        action,
        subject,
        details,
    } = record;
    let microseconds = i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX);
    let mut hasher = Sha256::new();
    hasher.update(DOMAIN);
    hasher.update(prev.0);
    hasher.update(seq.to_be_bytes());
    hasher.update(id.uuid().as_bytes());
    hasher.update(microseconds.to_be_bytes());
    for text in [
        Some(source),
        Some(actor),
        Some(action),
        subject.as_ref(),
        Some(details),
    ] {
        let length = text.map_or(-1, |text| i64::try_from(text.len()).unwrap_or(i64::MAX));
        hasher.update(length.to_be_bytes());
        hasher.update(text.map(String::as_bytes).unwrap_or_default());
    }
    EntryHash(hasher.finalize().into())
}
