use std::collections::HashSet;

use backoffice_domain::{Head, Record, append};
use pg::Tx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Store;
use crate::rows::hash;

/// Advisory lock of the chain's end. The number is arbitrary but fixed.
const CHAIN_LOCK: i64 = 0x6761_726e_6175_6469;

impl Store {
    /// Puts a record at the end of the audit; nothing happens when one with its id is there.
    pub async fn append_audit(&self, record: &Record) -> Result<(), sqlx::Error> {
        self.pg
            .run("append_audit", |mut tx: Tx| async move {
                append_records(&mut tx, std::slice::from_ref(record)).await
            })
            .await
    }
}

/// Puts records at the end of the audit, in order, in the transaction of `conn`, which does nothing after it; those
/// whose id is there are left out. Three statements, however many records.
pub(crate) async fn append_records(conn: &mut PgConnection, records: &[Record]) -> Result<(), sqlx::Error> {
    // Apart from the statement that reads the head: that one must see what was committed while this one waited.
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", CHAIN_LOCK)
        .execute(&mut *conn)
        .await?;
    let ids: Vec<Uuid> = records.iter().map(|record| record.id.uuid()).collect();
    let row = sqlx::query!(
        r#"SELECT seq, hash, ARRAY(SELECT id FROM audit_entry WHERE id = ANY($1)) AS "known!" FROM audit_head"#,
        &ids,
    )
    .fetch_one(&mut *conn)
    .await?;

    let mut head = Head {
        seq: row.seq,
        hash: hash(row.hash)?,
    };
    let mut known: HashSet<Uuid> = row.known.into_iter().collect();
    let mut new = Columns::default();
    for record in records {
        if known.insert(record.id.uuid()) {
            let entry = append(head, record.clone());
            new.prev_hash.push(head.hash.0.to_vec());
            head = entry.head();
            new.push(head, entry.record);
        }
    }
    if new.seq.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"INSERT INTO audit_entry (seq, id, at, source, actor, action, subject, details, prev_hash, hash)
           SELECT seq, id, at, source, actor, action, subject, details::json, prev_hash, hash
           FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::bytea[], $10::bytea[])
                AS e (seq, id, at, source, actor, action, subject, details, prev_hash, hash)
           ORDER BY seq"#,
        &new.seq,
        &new.id,
        &new.at,
        &new.source,
        &new.actor,
        &new.action,
        &new.subject as &[Option<String>],
        &new.details,
        &new.prev_hash,
        &new.hash,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Entries by column, as one statement takes them.
#[derive(Default)]
struct Columns {
    seq: Vec<i64>,
    id: Vec<Uuid>,
    at: Vec<time::OffsetDateTime>,
    source: Vec<String>,
    actor: Vec<String>,
    action: Vec<String>,
    subject: Vec<Option<String>>,
    details: Vec<String>,
    prev_hash: Vec<Vec<u8>>,
    hash: Vec<Vec<u8>>,
}

impl Columns {
    fn push(&mut self, place: Head, record: Record) {
        self.seq.push(place.seq);
        self.hash.push(place.hash.0.to_vec());
        self.id.push(record.id.uuid());
        self.at.push(record.at);
        self.source.push(record.source);
        self.actor.push(record.actor);
        self.action.push(record.action);
        self.subject.push(record.subject);
        self.details.push(record.details);
    }
}
