use crate::Store;

impl Store {
    /// Ends all sessions of a login, as the directory spells it; returns how many those were.
    pub async fn close_sessions_of(&self, login: &str) -> Result<u64, sqlx::Error> {
        let closed = sqlx::query!("DELETE FROM employee_session WHERE login = $1", login)
            .execute(&mut *self.pg.connection().await?)
            .await?;
        Ok(closed.rows_affected())
    }
}
