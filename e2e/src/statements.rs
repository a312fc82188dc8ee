use pg::sqlx::{self, PgConnection};

/// How often a service's role has sent a statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The role.
    pub role: String,
    /// The statement, without its values.
    pub text: String,
    /// How often.
    pub calls: i64,
    /// How long the server worked on all of them, in milliseconds, without planning.
    pub total_ms: f64,
}

impl Statement {
    /// Whether it begins or ends a transaction.
    pub fn is_transaction_control(&self) -> bool {
        matches!(self.text.as_str(), "BEGIN" | "COMMIT" | "ROLLBACK")
    }
}

/// Begins to count statements anew; `database` is the superuser's connection.
pub async fn forget_statements(database: &mut PgConnection) {
    for statement in [
        "CREATE EXTENSION IF NOT EXISTS pg_stat_statements",
        "SELECT pg_stat_statements_reset()",
    ] {
        sqlx::query(statement)
            .execute(&mut *database)
            .await
            .expect("the extension is preloaded");
    }
}

/// What orders and catalog have sent since, the most frequent first.
pub async fn statements(database: &mut PgConnection) -> Vec<Statement> {
    let rows: Vec<(String, String, i64, f64)> = sqlx::query_as(
        "SELECT rolname::text, query, calls, total_exec_time FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
          WHERE rolname ~ '^(orders|catalog)_(edge|internal)$' ORDER BY calls DESC",
    )
    .fetch_all(database)
    .await
    .expect("the extension is there");
    rows.into_iter()
        .map(|(role, text, calls, total_ms)| Statement {
            role,
            text,
            calls,
            total_ms,
        })
        .collect()
}
