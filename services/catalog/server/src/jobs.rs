//! What catalog does by itself.

use std::sync::Arc;
use std::time::Duration;

use chassis::Job;
use contracts::events::{RESERVATION_EXPIRED, STOCK_CORRECTED};
use events::{Subscriptions, Wake};
use kernel::SharedClock;
use pg::Pg;
use tokio::sync::Notify;

/// How often to look for work that another process caused. Half of what is promised (STK-5), so that a run that
/// just missed a change is followed by one in time.
const TICK: Duration = Duration::from_millis(500);

/// Who gets catalog's events.
pub fn subscriptions() -> Subscriptions {
    Subscriptions::new()
        .with("orders", [RESERVATION_EXPIRED])
        .with("backoffice", [STOCK_CORRECTED])
}

/// How long a called run waits for more calls: a busy shop changes stock all the time.
const LINGER: Duration = Duration::from_millis(100);
/// Reservations freed by one transaction.
const EXPIRE_BATCH: i64 = 100;
/// Stock changes worked off by one transaction.
const REFRESH_BATCH: i64 = 1_000;
const FULL_BATCH: usize = 1_000;

/// Calls to the jobs of this process. In another process nobody hears them, and the jobs' ticks do.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    stock_changed: Arc<Notify>,
    reservations_due: Arc<Notify>,
}

impl Signals {
    /// Stock has become free or was taken: availability is to be recomputed.
    pub fn stock_changed(&self) {
        self.stock_changed.notify_one();
    }

    /// Reservations may have run out.
    pub fn reservations_due(&self) {
        self.reservations_due.notify_one();
    }
}

/// The jobs of the internal face, apart from those of events. Every replica may run them.
pub fn jobs(pg: &Pg, signals: &Signals, wake: &Wake, clock: &SharedClock) -> [Job; 2] {
    let expiry = Expiry {
        pg: pg.clone(),
        subscriptions: subscriptions(),
        signals: signals.clone(),
        wake: wake.clone(),
        clock: Arc::clone(clock),
    };
    let expiry = Arc::new(expiry);
    let pg = pg.clone();
    [
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
            move || refresh(pg.clone()),
        ),
    ]
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
async fn refresh(pg: Pg) -> Result<(), pg::sqlx::Error> {
    tokio::time::sleep(LINGER).await;
    // A batch that was not full took all there was; what came meanwhile has called again.
    while catalog_store::refresh_availability(&pg, REFRESH_BATCH).await? == FULL_BATCH {}
    Ok(())
}
