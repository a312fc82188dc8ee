use backoffice_domain::Record;
use events::{NewEvent, Subscriptions};
use pg::Tx;

use crate::append_audit::append_records;
use crate::{Store, TogglesVersion};

/// Why definitions did not come into force.
#[derive(Debug, thiserror::Error)]
pub enum PutTogglesError {
    /// Others came into force since the version that they were made from.
    #[error("others came into force meanwhile")]
    Stale,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(PutTogglesError);

impl Store {
    /// Puts definitions into force, unless there is a version before them that they do not follow; records it in the audit
    /// and tells the other services, all of it or nothing.
    pub async fn put_toggles(
        &self,
        new: &TogglesVersion,
        record: &Record,
        event: &NewEvent,
        subscriptions: &Subscriptions,
    ) -> Result<(), PutTogglesError> {
        self.pg
            .run("put_toggles", |mut tx: Tx| async move {
                let put = sqlx::query!(
                    "INSERT INTO toggles_version (version, definitions, at, actor, reason)
                     SELECT $1::bigint, $2::text::json, $3::timestamptz, $4::text, $5::text
                     WHERE $1 = (SELECT coalesce(max(version), 0) + 1 FROM toggles_version)",
                    new.version,
                    new.definitions,
                    new.at,
                    new.actor,
                    new.reason,
                )
                .execute(&mut *tx)
                .await
                .map_err(|error| match pg::constraint(&error) {
                    // Somebody else's were not yet to be seen.
                    Some("toggles_version_pkey") => PutTogglesError::Stale,
                    _ => error.into(),
                })?;
                if put.rows_affected() == 0 {
                    return Err(PutTogglesError::Stale);
                }
                events::emit(&mut tx, std::slice::from_ref(event), subscriptions).await?;
                append_records(&mut tx, std::slice::from_ref(record)).await?;
                Ok(())
            })
            .await
    }
}
