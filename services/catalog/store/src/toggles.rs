//! The feature toggles, as backoffice told of them last.

use contracts::events::TogglesChanged;
use pg::Pg;
use sqlx::PgConnection;

/// Keeps what backoffice tells, unless something newer came before it.
pub(crate) async fn keep_toggles(conn: &mut PgConnection, told: &TogglesChanged) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO toggles (version, definitions) VALUES ($1, $2::text::json)
         ON CONFLICT (one) DO UPDATE SET version = EXCLUDED.version, definitions = EXCLUDED.definitions
         WHERE toggles.version < EXCLUDED.version",
        told.version,
        told.definitions.to_string(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The definitions where they are of another version than this one; `None` also where backoffice has told of none.
pub async fn toggles_unless(pg: &Pg, version: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT definitions::text AS "definitions!" FROM toggles WHERE version <> $1"#,
        version,
    )
    .fetch_optional(&mut *pg.connection().await?)
    .await
}
