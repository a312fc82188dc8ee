//! Fills a catalog database with many units, for measurements of growth: a tree of categories, colours, materials,
//! properties, names in two languages, bills that share fittings and panels, stock, and everything lists read.
//!
//! ```text
//! grow --superuser postgres://…/catalog --owner postgres://catalog_owner:…@…/catalog --units 1000000
//! ```

use clap::Parser;
use kernel::Personal;
use pg::sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use pg::{Metrics, Pg, PgConfig};

/// Fills a migrated catalog database with units. Run it once: units that are there stay.
#[derive(Debug, Parser)]
struct Args {
    /// Address of the catalog database with a superuser's role: foreign keys are not checked while it fills.
    #[arg(long, env = "GROW_SUPERUSER")]
    superuser: String,
    /// The same database with its owner's role, which makes what lists read.
    #[arg(long, env = "GROW_OWNER")]
    owner: String,
    /// How many units: each with a bill of nine lines, of which three fittings are shared by all and six panels by a
    /// family of four.
    #[arg(long, default_value_t = 1_000)]
    units: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Args {
        superuser,
        owner,
        units,
    } = Args::parse();
    let (superuser, owner) = (Personal::from(superuser), Personal::from(owner));
    let mut conn = PgConnection::connect(superuser.expose()).await?;
    conn.execute(AssertSqlSafe(format!("SET grow.units = {units}")))
        .await?;
    conn.execute(include_str!("grow.sql")).await?;
    conn.close().await?;
    let owner = Pg::connect(&PgConfig::new(owner.expose().as_str()), Metrics::unregistered())?;
    let listed = catalog_store::rebuild_listings(&owner).await?;
    println!("{listed} units are listed");
    Ok(())
}
