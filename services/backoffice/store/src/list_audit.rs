use backoffice_domain::Entry;
use time::OffsetDateTime;

use crate::Store;
use crate::rows::EntryRow;

/// Which entries; all that is given must fit.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter<'a> {
    /// Who.
    pub actor: Option<&'a str>,
    /// What was done.
    pub action: Option<&'a str>,
    /// To what.
    pub subject: Option<&'a str>,
    /// Nothing earlier.
    pub since: Option<OffsetDateTime>,
}

impl Store {
    /// Entries of the audit, the one written last first, those in places before `before` when it is given.
    pub async fn list_audit(
        &self,
        filter: AuditFilter<'_>,
        before: Option<i64>,
        limit: u16,
    ) -> Result<Vec<Entry>, sqlx::Error> {
        let rows = sqlx::query_as!(
            EntryRow,
            r#"SELECT seq, id, at, source, actor, action, subject, details::text AS "details!", prev_hash, hash
               FROM audit_entry
               WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2)
                 AND ($3::text IS NULL OR subject = $3) AND ($4::timestamptz IS NULL OR at >= $4)
                 AND ($5::bigint IS NULL OR seq < $5)
               ORDER BY seq DESC LIMIT $6"#,
            filter.actor,
            filter.action,
            filter.subject,
            filter.since,
            before,
            i64::from(limit),
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }
}
