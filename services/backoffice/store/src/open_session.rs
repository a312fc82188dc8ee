use backoffice_domain::Record;
use contracts::backoffice::Role;
use kernel::Personal;
use pg::Tx;
use time::OffsetDateTime;

use crate::Store;
use crate::append_audit::append_records;
use crate::rows::role_name;

/// A session that is to be opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Hash of the token; the token itself is stored nowhere.
    pub token_hash: [u8; 32],
    /// Login, as the directory has it.
    pub login: String,
    /// Name to greet.
    pub name: Personal<String>,
    /// What the employee may do.
    pub roles: Vec<Role>,
    /// When it begins.
    pub opened_at: OffsetDateTime,
    /// When it ends at the latest.
    pub expires_at: OffsetDateTime,
}

impl Store {
    /// Opens a session and records it in the audit: both or neither.
    pub async fn open_session(&self, session: &NewSession, record: &Record) -> Result<(), sqlx::Error> {
        let roles: Vec<String> = session.roles.iter().copied().map(role_name).collect();
        let roles = roles.as_slice();
        self.pg
            .run("open_session", |mut tx: Tx| async move {
                sqlx::query!(
                    "INSERT INTO employee_session
                         (token_hash, login, name, roles, created_at, last_used_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5, $5, $6)",
                    &session.token_hash,
                    session.login,
                    session.name.expose(),
                    roles,
                    session.opened_at,
                    session.expires_at,
                )
                .execute(&mut *tx)
                .await?;
                append_records(&mut tx, std::slice::from_ref(record)).await
            })
            .await
    }
}
