use contracts::backoffice::Role;
use kernel::Personal;
use pg::Tx;
use time::OffsetDateTime;

use crate::Store;
use crate::rows::roles;

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Login.
    pub login: String,
    /// Name to greet.
    pub name: Personal<String>,
    /// What the employee may do, as of signing in.
    pub roles: Vec<Role>,
    /// When it ends at the latest.
    pub expires_at: OffsetDateTime,
}

impl Store {
    /// Notes that a session is used at `now` and tells whose it is. `None` when there is none, it is over, or it was
    /// not used since `idle_since`.
    pub async fn renew_session(
        &self,
        token_hash: &[u8; 32],
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<Option<Session>, sqlx::Error> {
        let row = self
            .pg
            .statement("renew_session", |mut tx: Tx| async move {
                sqlx::query!(
                    "UPDATE employee_session SET last_used_at = $2
                     WHERE token_hash = $1 AND expires_at > $2 AND last_used_at > $3
                     RETURNING login, name, roles, expires_at",
                    token_hash,
                    now,
                    idle_since,
                )
                .fetch_optional(&mut *tx)
                .await
            })
            .await?;
        Ok(row.map(|row| Session {
            login: row.login,
            name: Personal::new(row.name),
            roles: roles(row.roles),
            expires_at: row.expires_at,
        }))
    }
}
