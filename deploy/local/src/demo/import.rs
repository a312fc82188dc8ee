use catalog_store::{ImportError, ImportReport};
use kernel::Clock;
use pg::Pg;

use super::assortment::units;
use super::entries::entries;

/// Changes of stock worked off in one transaction.
const BATCH: i64 = 500;

/// Imports the demo assortment without pictures, as the owner of the catalog database. Doing it again changes nothing.
pub async fn import(pg: &Pg, clock: &dyn Clock) -> Result<ImportReport, ImportError> {
    let report = catalog_store::import(pg, clock, &entries(&units())).await?;
    show_availability(pg).await?;
    Ok(report)
}

/// Computes what lists show, so that the first visitor does not come before the job has.
pub(super) async fn show_availability(pg: &Pg) -> Result<(), pg::sqlx::Error> {
    while catalog_store::refresh_availability(pg, BATCH).await?.more {}
    while catalog_store::relist(pg, BATCH).await? > 0 {}
    Ok(())
}
