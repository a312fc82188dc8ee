use anyhow::Context as _;
use kernel::Personal;
use pg::sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use pg::{Metrics, Pg, PgConfig};

/// Slug of the unit that is built of one piece of one component.
pub const SINGLE: &str = "g-0";

/// Fills a migrated catalog database, once, with so many furniture units: a tree of categories, colours, materials,
/// properties, names in two languages, stock, and everything lists read. Each unit but [`SINGLE`] has a bill of nine
/// lines, of which three fittings are shared by all and six panels by a family of four. Answers how many are listed.
///
/// `superuser` and `owner` are addresses of the same database: foreign keys are not checked while it fills, which only
/// a superuser may turn off; what lists read is made by its owner. At the end all of it is vacuumed and written to disk, so
/// that who measures does not measure what PostgreSQL has to do after a bulk load.
pub async fn grow(superuser: &Personal<String>, owner: &Personal<String>, units: u32) -> anyhow::Result<u64> {
    let mut conn = PgConnection::connect(superuser.expose())
        .await
        .context("the superuser's address")?;
    conn.execute(AssertSqlSafe(format!("SET grow.units = {units}")))
        .await?;
    conn.execute(include_str!("grow.sql")).await.context("grow.sql")?;
    let owner = Pg::connect(&PgConfig::new(owner.expose().as_str()), Metrics::unregistered())?;
    let listed = catalog_store::rebuild_listings(&owner).await?;
    owner.close().await;
    for rest in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
        conn.execute(rest).await.context(rest)?;
    }
    conn.close().await?;
    Ok(listed)
}
