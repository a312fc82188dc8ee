use time::OffsetDateTime;

use crate::Store;

/// Definitions of all toggles, as they came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TogglesVersion {
    /// Place in the history, counted from 1 without gaps.
    pub version: i64,
    /// The definitions: the text of a JSON object.
    pub definitions: String,
    /// When they came into force.
    pub at: OffsetDateTime,
    /// Login of who put them into force.
    pub actor: String,
    /// Why.
    pub reason: String,
}

impl Store {
    /// The definitions in force; `None` before anybody has saved any.
    pub async fn toggles(&self) -> Result<Option<TogglesVersion>, sqlx::Error> {
        sqlx::query_as!(
            TogglesVersion,
            r#"SELECT version, definitions::text AS "definitions!", at, actor, reason
               FROM toggles_version ORDER BY version DESC LIMIT 1"#,
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await
    }

    /// The definitions of a version; `None` when there is none.
    pub async fn toggles_version(&self, version: i64) -> Result<Option<TogglesVersion>, sqlx::Error> {
        sqlx::query_as!(
            TogglesVersion,
            r#"SELECT version, definitions::text AS "definitions!", at, actor, reason
               FROM toggles_version WHERE version = $1"#,
            version,
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await
    }

    /// The definitions in force where they are of another version than this one.
    pub async fn toggles_unless(&self, version: i64) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar!(
            r#"SELECT definitions::text AS "definitions!"
               FROM (SELECT version, definitions FROM toggles_version ORDER BY version DESC LIMIT 1) AS last
               WHERE version <> $1"#,
            version,
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await
    }
}
