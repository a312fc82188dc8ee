use time::OffsetDateTime;

use crate::Store;

/// A version of the toggles without its definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TogglesChange {
    /// Place in the history.
    pub version: i64,
    /// When it came into force.
    pub at: OffsetDateTime,
    /// Login of who put it into force.
    pub actor: String,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Versions of the toggles, the last one first, those before `before` when it is given.
    pub async fn list_toggles(
        &self,
        before: Option<i64>,
        limit: u16,
    ) -> Result<Vec<TogglesChange>, sqlx::Error> {
        sqlx::query_as!(
            TogglesChange,
            "SELECT version, at, actor, reason FROM toggles_version
             WHERE $1::bigint IS NULL OR version < $1 ORDER BY version DESC LIMIT $2",
            before,
            i64::from(limit),
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await
    }
}
