use catalog_domain::MarginRule;
use catalog_store::{ImportError, ImportReport};
use kernel::Clock;
use pg::Pg;

use super::assortment::units;
use super::entries::entries;

/// Imports the demo assortment without pictures, as the owner of the catalog database. Doing it again changes nothing.
pub async fn import(pg: &Pg, clock: &dyn Clock) -> Result<ImportReport, ImportError> {
    catalog_store::import(pg, clock, MarginRule::default(), &entries(&units())).await
}
