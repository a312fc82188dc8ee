//! Tests against a real PostgreSQL (`TEST_DATABASE_URL`).

use pg::sqlx::{self, PgConnection};

#[derive(Debug)]
struct Boom(sqlx::Error);
impl From<sqlx::Error> for Boom {
    fn from(e: sqlx::Error) -> Self {
        Self(e)
    }
}
impl pg::TransactionError for Boom {
    fn database_error(&self) -> Option<&sqlx::Error> {
        Some(&self.0)
    }
}

async fn op(pg: &pg::Pg, a: &str, list: Vec<String>) -> Result<i64, Boom> {
    pg.run("x", async |mut tx: pg::Tx| {
        for l in &list {
            sqlx::query("SELECT $1").bind(l).execute(&mut *tx).await?;
        }
        inner(&mut tx, a).await?;
        Ok(sqlx::query_scalar("SELECT $1::text")
            .bind(a)
            .fetch_one(&mut *tx)
            .await?)
    })
    .await
}
async fn inner(tx: &mut PgConnection, a: &str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT $1").bind(a).execute(tx).await?;
    Ok(())
}

#[tokio::test]
async fn sendable() {
    let pg = pg::Pg::connect(
        &pg::PgConfig::new("postgres://x@127.0.0.1:1/x"),
        pg::Metrics::unregistered(),
    )
    .unwrap();
    let h = tokio::spawn(async move {
        let s = String::from("x");
        op(&pg, &s, vec![]).await
    });
    drop(h);
    let pg = pg::Pg::connect(
        &pg::PgConfig::new("postgres://x@127.0.0.1:1/x"),
        pg::Metrics::unregistered(),
    )
    .unwrap();
    let b: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
        let s = String::from("x");
        op(&pg, &s, vec![]).await
    });
    drop(b);
}
