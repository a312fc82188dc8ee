use backoffice_domain::Record;
use pg::Tx;

use crate::Store;
use crate::append_audit::append_records;

impl Store {
    /// Ends a session and records what `record` makes of its login, both or neither. `false` when there is none.
    pub async fn close_session(
        &self,
        token_hash: &[u8; 32],
        record: impl Fn(&str) -> Record + Sync,
    ) -> Result<bool, sqlx::Error> {
        let record = &record;
        self.pg
            .run("close_session", |mut tx: Tx| async move {
                let login = sqlx::query_scalar!(
                    "DELETE FROM employee_session WHERE token_hash = $1 RETURNING login",
                    token_hash
                )
                .fetch_optional(&mut *tx)
                .await?;
                let Some(login) = login else {
                    return Ok(false);
                };
                append_records(&mut tx, &[record(&login)]).await?;
                Ok(true)
            })
            .await
    }
}
