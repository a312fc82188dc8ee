//! Fills a catalog database with many units, for measurements of growth; see [`e2e::grow`].
//!
//! ```text
//! grow --superuser postgres://…/catalog --owner postgres://catalog_owner:…@…/catalog --units 1000000
//! ```

use clap::Parser;
use kernel::Personal;

/// Fills a migrated catalog database with units. Run it once: units that are there stay.
#[derive(Debug, Parser)]
struct Args {
    /// Address of the catalog database with a superuser's role.
    #[arg(long, env = "GROW_SUPERUSER")]
    superuser: String,
    /// The same database with its owner's role.
    #[arg(long, env = "GROW_OWNER")]
    owner: String,
    /// How many units.
    #[arg(long, default_value_t = 1_000)]
    units: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let (superuser, owner) = (Personal::from(args.superuser), Personal::from(args.owner));
    let listed = e2e::grow(&superuser, &owner, args.units).await?;
    println!("{listed} units are listed");
    Ok(())
}
