//! Between rows and the domain's types.

use backoffice_domain::{Entry, EntryHash, Record};
use contracts::backoffice::Role;
use time::OffsetDateTime;
use uuid::Uuid;

/// An entry of the audit as it is stored.
pub(crate) struct EntryRow {
    pub seq: i64,
    pub id: Uuid,
    pub at: OffsetDateTime,
    pub source: String,
    pub actor: String,
    pub action: String,
    pub subject: Option<String>,
    pub details: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl TryFrom<EntryRow> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: EntryRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.seq,
            record: Record {
                id: row.id.into(),
                at: row.at,
                source: row.source,
                actor: row.actor,
                action: row.action,
                subject: row.subject,
                details: row.details,
            },
            prev_hash: hash(row.prev_hash)?,
            hash: hash(row.hash)?,
        })
    }
}

pub(crate) fn hash(bytes: Vec<u8>) -> Result<EntryHash, sqlx::Error> {
    let bytes = bytes
        .try_into()
        .map_err(|_| sqlx::Error::Decode("a hash has 32 bytes".into()))?;
    Ok(EntryHash(bytes))
}

/// A role's name, as in contracts: how sessions and the audit write it.
pub fn role_name(role: Role) -> String {
    let name = serde_json::to_value(role).ok();
    name.as_ref()
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .expect("a role is written as its name")
}

/// The roles of these names. One that this version does not know, since a newer one wrote it, is left out.
pub(crate) fn roles(names: Vec<String>) -> Vec<Role> {
    let known = names
        .into_iter()
        .filter_map(|name| serde_json::from_value(name.into()).ok());
    known.collect()
}
