//! What catalog does by itself.

use std::sync::Arc;
use std::time::Duration;

use chassis::Job;
use events::{Subscriptions, Wake};
use files::{FileError, FileStore};
use kernel::SharedClock;
use pg::Pg;
use tokio::sync::Notify;

use crate::media::Variants;

/// How often to look for work that another process caused. Half of what is promised (STK-5), so that a run that
/// just missed a change is followed by one in time.
const TICK: Duration = Duration::from_millis(500);

/// How long a called run waits for more calls: a busy shop changes stock all the time.
const LINGER: Duration = Duration::from_millis(100);
/// Reservations freed by one transaction.
const EXPIRE_BATCH: i64 = 100;
/// Stock changes worked off by one transaction.
const REFRESH_BATCH: i64 = 1_000;
/// Wishes told of by one event, and so by one transaction.
const WISH_BATCH: i64 = 500;
/// How often sales are counted: recommendations may be that much behind.
const COUNT_EVERY: Duration = Duration::from_secs(2);
/// Orders counted by one transaction.
const COUNT_BATCH: i64 = 200;
const FULL_COUNT: usize = 200;
/// How often to look for margins that changed: seldom, and nobody waits.
const PRICES_TICK: Duration = Duration::from_secs(2);
/// Units whose prices are computed by one transaction.
const PRICES_BATCH: i64 = 500;
/// Units whose list entries are written by one transaction.
const RELIST_BATCH: i64 = 500;
const FULL_RELIST_BATCH: usize = 500;
/// No upload takes that long.
const DAY: Duration = Duration::from_hours(24);

/// Calls to the jobs of this process. In another process nobody hears them, and the jobs' ticks do.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    stock_changed: Arc<Notify>,
    reservations_due: Arc<Notify>,
    pub(crate) assortment_changed: Arc<Notify>,
    products_changed: Arc<Notify>,
}

impl Signals {
    /// Stock has become free or was taken: availability is to be recomputed.
    pub fn stock_changed(&self) {
        self.stock_changed.notify_one();
    }

    /// The assortment was edited: what depends on it is to be computed anew.
    pub fn assortment_changed(&self) {
        self.assortment_changed.notify_one();
    }

    /// What lists show of some units has changed.
    pub fn products_changed(&self) {
        self.products_changed.notify_one();
    }

    /// Reservations may have run out.
    pub fn reservations_due(&self) {
        self.reservations_due.notify_one();
    }
}

/// The jobs of the internal face, apart from those of events. Every replica may run them.
pub fn jobs(
    pg: &Pg,
    subscriptions: &Subscriptions,
    signals: &Signals,
    wake: &Wake,
    clock: &SharedClock,
) -> [Job; 6] {
    let expiry = Expiry {
        pg: pg.clone(),
        subscriptions: subscriptions.clone(),
        signals: signals.clone(),
        wake: wake.clone(),
        clock: Arc::clone(clock),
    };
    let expiry = Arc::new(expiry);
    let wishes = Wishes {
        pg: pg.clone(),
        subscriptions: subscriptions.clone(),
        wake: wake.clone(),
        clock: Arc::clone(clock),
    };
    let wishes = Arc::new(wishes);
    let (refreshed, counted, prices) = (pg.clone(), pg.clone(), pg.clone());
    let listed = pg.clone();
    let listing = Arc::clone(&signals.products_changed);
    let refreshing = signals.clone();
    [
        Job::signalled("relist", TICK, listing, move || relist(listed.clone())),
        Job::signalled(
            "expire-reservations",
            TICK,
            Arc::clone(&signals.reservations_due),
            move || {
                let expiry = Arc::clone(&expiry);
                async move { expiry.run().await }
            },
        ),
        Job::signalled(
            "refresh-availability",
            TICK,
            Arc::clone(&signals.stock_changed),
            move || refresh(refreshed.clone(), refreshing.clone()),
        ),
        Job::periodic("tell-wishes", TICK, move || {
            let wishes = Arc::clone(&wishes);
            async move { wishes.run().await }
        }),
        Job::periodic("count-sales", COUNT_EVERY, move || count(counted.clone())),
        Job::periodic("reprice-margins", PRICES_TICK, move || reprice(prices.clone())),
    ]
}

/// Makes smaller forms of pictures, one picture a run.
pub fn make_variants(variants: Variants, pause: Duration) -> Job {
    let variants = Arc::new(variants);
    Job::periodic("make-variants", pause, move || {
        let variants = Arc::clone(&variants);
        async move { variants.run().await }
    })
}

/// Removes what uploads that never ended have left in the file storage.
pub fn sweep_files(files: Arc<dyn FileStore>, clock: &SharedClock) -> Job {
    let clock = Arc::clone(clock);
    Job::periodic("sweep-files", DAY, move || {
        let (files, before) = (Arc::clone(&files), clock.now() - DAY);
        async move {
            let swept = files.sweep(before).await?;
            if swept > 0 {
                tracing::info!(files = swept, "unfinished uploads were removed");
            }
            Ok::<_, FileError>(())
        }
    })
}

/// Frees what unpaid orders hold longer than they may (STK-3).
struct Expiry {
    pg: Pg,
    subscriptions: Subscriptions,
    signals: Signals,
    wake: Wake,
    clock: SharedClock,
}

impl Expiry {
    async fn run(&self) -> Result<(), pg::sqlx::Error> {
        loop {
            let freed =
                catalog_store::expire_due(&self.pg, &*self.clock, &self.subscriptions, EXPIRE_BATCH).await?;
            if freed.is_empty() {
                return Ok(());
            }
            tracing::info!(reservations = freed.len(), "reservations have run out");
            self.wake.wake();
            self.signals.stock_changed();
        }
    }
}

/// Computes what lists show anew (CAT-6, STK-5).
async fn refresh(pg: Pg, signals: Signals) -> Result<(), pg::sqlx::Error> {
    tokio::time::sleep(LINGER).await;
    // A batch that was not full took all there was; what came meanwhile has called again.
    while catalog_store::refresh_availability(&pg, REFRESH_BATCH)
        .await?
        .more
    {}
    signals.products_changed();
    Ok(())
}

/// Writes what lists, facets and searches read of the units that changed.
async fn relist(pg: Pg) -> Result<(), pg::sqlx::Error> {
    while catalog_store::relist(&pg, RELIST_BATCH).await? == FULL_RELIST_BATCH {}
    Ok(())
}

/// Tells of wishes that can be fulfilled (STK-6).
struct Wishes {
    pg: Pg,
    subscriptions: Subscriptions,
    wake: Wake,
    clock: SharedClock,
}

impl Wishes {
    async fn run(&self) -> Result<(), pg::sqlx::Error> {
        while catalog_store::tell_wishes(&self.pg, &*self.clock, &self.subscriptions, WISH_BATCH).await? {
            self.wake.wake();
        }
        Ok(())
    }
}

/// Counts what was bought together (CRT-1).
async fn count(pg: Pg) -> Result<(), pg::sqlx::Error> {
    while catalog_store::count_sales(&pg, COUNT_BATCH).await? == FULL_COUNT {}
    Ok(())
}

/// Computes prices anew whose margin changed (CAT-5).
async fn reprice(pg: Pg) -> Result<(), pg::sqlx::Error> {
    while catalog_store::reprice_margins(&pg, PRICES_BATCH).await? > 0 {}
    Ok(())
}
