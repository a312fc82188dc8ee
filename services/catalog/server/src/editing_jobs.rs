//! What is computed after an edit of the assortment.

use std::sync::Arc;
use std::time::Duration;

use chassis::Job;
use pg::Pg;

use crate::jobs::Signals;

/// How often to look for edits that another process made.
const TICK: Duration = Duration::from_secs(1);
/// Units written by one transaction: a bill may have thousands of lines.
const BILLS: i64 = 200;
/// Changes whose availability is computed by one transaction.
const UNITS: i64 = 1_000;

/// The job. Every replica may run it.
pub fn job(pg: &Pg, signals: &Signals) -> Job {
    let pg = pg.clone();
    Job::signalled(
        "refresh-bills",
        TICK,
        Arc::clone(&signals.assortment_changed),
        move || refresh(pg.clone()),
    )
}

async fn refresh(pg: Pg) -> Result<(), pg::sqlx::Error> {
    let mut units = 0;
    loop {
        let written = catalog_store::assortment::refresh_bills(&pg, BILLS).await?;
        if written == 0 {
            break;
        }
        units += written;
    }
    if units > 0 {
        tracing::info!(units, "units of changed components are written anew");
    }
    // A batch that was not full took all there was; what came meanwhile has called again.
    while catalog_store::refresh_availability(&pg, UNITS).await?.more {}
    Ok(())
}
