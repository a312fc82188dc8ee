use std::path::Path;

use anyhow::Context as _;
use chassis::ConfigArgs;
use files::NfsStore;
use kernel::SystemClock;
use pg::{Pg, PgConfig};

/// Brings the demonstration assortment into the database and the file storage that `config` names. Fails where
/// either refuses; it may be repeated.
pub async fn seed(config: &ConfigArgs, memory: &Path) -> anyhow::Result<()> {
    let config: catalog_server::Config = chassis::load("catalog", config)?;
    let owner = config
        .database
        .owner
        .clone()
        .context("database.owner is not set: only the owner may import")?;
    let owner = Pg::connect(&PgConfig::new(owner), pg::Metrics::unregistered())?;
    let files = NfsStore::new(&config.files)?;
    let report = garnitur::demo::seed(&owner, &SystemClock, &files, memory).await?;
    println!(
        "The assortment is there: {} units, {} pictures drawn.",
        report.units, report.drawn
    );
    Ok(())
}
