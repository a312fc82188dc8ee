use std::collections::HashSet;

use backoffice_domain::canonical;
use sqlx::PgConnection;

use crate::Store;

impl Store {
    /// Whether the audit names this login already, in whatever case it is written.
    pub async fn knows_actor(&self, login: &str) -> Result<bool, sqlx::Error> {
        let mut connection = self.pg.connection().await?;
        let known = known_actors(&mut connection, &[canonical(login)]).await?;
        Ok(!known.is_empty())
    }
}

/// Those of `logins` (canonical) that the audit names already.
pub(crate) async fn known_actors(
    conn: &mut PgConnection,
    logins: &[String],
) -> Result<HashSet<String>, sqlx::Error> {
    let known = sqlx::query_scalar!(
        r#"SELECT login AS "login!" FROM unnest($1::text[]) AS t (login)
           WHERE EXISTS (SELECT FROM audit_entry WHERE actor = login)"#,
        logins,
    )
    .fetch_all(conn)
    .await?;
    Ok(known.into_iter().collect())
}
