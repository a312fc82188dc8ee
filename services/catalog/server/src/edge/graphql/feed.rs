//! Watches units for subscribers: one look at the database for all of them, however many there are.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderValue, header};
use chassis::Shutdown;
use kernel::{ProductId, Text};
use pg::Pg;
use problem::{Problem, kinds};
use prometheus::IntGauge;
use tokio::sync::Notify;

/// How often to look. With the time after which lists show a change it is well below what is promised (STK-5).
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait for more subscribers before looking for a new one's sake.
const GATHER: Duration = Duration::from_millis(50);
/// Units asked for by one statement.
const BATCH: usize = 10_000;
/// Subscribers of one process.
const MAX_SUBSCRIBERS: usize = 1_000;

/// The availability of units as it changes.
#[derive(Clone)]
pub struct Feed(Arc<Inner>);

struct Inner {
    pg: Pg,
    shutdown: Shutdown,
    watched: Mutex<Watched>,
    /// Somebody new is there.
    called: Notify,
    subscribers: IntGauge,
}

#[derive(Default)]
struct Watched {
    seats: HashMap<u64, Arc<Seat>>,
    next: u64,
    /// Whether somebody looks; nobody does while there are no subscribers.
    looking: bool,
}

/// A subscriber's place.
struct Seat {
    units: Vec<ProductId>,
    news: Mutex<News>,
    changed: Notify,
}

#[derive(Default)]
struct News {
    seen: HashMap<ProductId, i64>,
    /// Not taken yet. Of several changes the last one counts, so a slow client costs no memory.
    fresh: BTreeMap<ProductId, i64>,
}

/// A poisoned lock only means that somebody panicked between two whole states.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Feed {
    /// A feed from this database that ends on `shutdown`.
    pub fn new(pg: Pg, shutdown: Shutdown, subscribers: IntGauge) -> Self {
        Self(Arc::new(Inner {
            pg,
            shutdown,
            watched: Mutex::default(),
            called: Notify::new(),
            subscribers,
        }))
    }

    /// Watches these units until the answer is dropped. Refused when there are too many subscribers already.
    pub fn watch(&self, units: Vec<ProductId>) -> Result<Watch, Problem> {
        let mut watched = lock(&self.0.watched);
        if watched.seats.len() >= MAX_SUBSCRIBERS {
            return Err(full());
        }
        let seat = Arc::new(Seat {
            units,
            news: Mutex::default(),
            changed: Notify::new(),
        });
        let key = watched.next;
        watched.next += 1;
        watched.seats.insert(key, Arc::clone(&seat));
        self.0.subscribers.inc();
        if watched.looking {
            self.0.called.notify_one();
        } else {
            watched.looking = true;
            tokio::spawn(look(Arc::clone(&self.0)));
        }
        drop(watched);
        Ok(Watch {
            inner: Arc::clone(&self.0),
            key,
            seat,
        })
    }
}

/// There is no room for more.
pub fn full() -> Problem {
    Problem::new(&kinds::THROTTLED)
        .detail(Text::new(
            "Слишком много подписок. Повторите позже.",
            "There are too many subscriptions. Try again later.",
        ))
        .header(header::RETRY_AFTER, HeaderValue::from_static("10"))
}

/// A subscriber: gives up its place when it is dropped.
pub struct Watch {
    inner: Arc<Inner>,
    key: u64,
    seat: Arc<Seat>,
}

impl Watch {
    /// What the units have: at first all of them, later those that changed since. `None` once the process stops.
    pub async fn next(&mut self) -> Option<BTreeMap<ProductId, i64>> {
        loop {
            let fresh = std::mem::take(&mut lock(&self.seat.news).fresh);
            if !fresh.is_empty() {
                return Some(fresh);
            }
            tokio::select! {
                biased;
                () = self.inner.shutdown.wait() => return None,
                () = self.seat.changed.notified() => {}
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.inner.watched).seats.remove(&self.key);
        self.inner.subscribers.dec();
    }
}

/// Looks until nobody is interested any more.
async fn look(inner: Arc<Inner>) {
    loop {
        let seats: Vec<Arc<Seat>> = {
            let mut watched = lock(&inner.watched);
            if watched.seats.is_empty() || inner.shutdown.is_triggered() {
                watched.looking = false;
                return;
            }
            watched.seats.values().cloned().collect()
        };
        match read(&inner.pg, &seats).await {
            Ok(found) => {
                for seat in &seats {
                    seat.tell(&found);
                }
            }
            // The next look shows what this one did not.
            Err(error) => tracing::warn!(%error, "availability cannot be watched"),
        }
        tokio::select! {
            () = inner.shutdown.wait() => {}
            () = tokio::time::sleep(EVERY) => {}
            () = inner.called.notified() => tokio::time::sleep(GATHER).await,
        }
    }
}

async fn read(pg: &Pg, seats: &[Arc<Seat>]) -> Result<HashMap<ProductId, i64>, pg::sqlx::Error> {
    let mut units: Vec<ProductId> = seats.iter().flat_map(|seat| &seat.units).copied().collect();
    units.sort_unstable();
    units.dedup();
    let mut found = HashMap::with_capacity(units.len());
    for units in units.chunks(BATCH) {
        found.extend(catalog_store::listed_availability(pg, units).await?);
    }
    Ok(found)
}

impl Seat {
    /// Notes what has changed since the subscriber was told last.
    fn tell(&self, found: &HashMap<ProductId, i64>) {
        let mut news = lock(&self.news);
        for unit in &self.units {
            let available = match found.get(unit) {
                Some(&available) => available,
                // What went off sale cannot be bought; what never was on sale is nobody's news.
                None if news.seen.contains_key(unit) => 0,
                None => continue,
            };
            if news.seen.insert(*unit, available) != Some(available) {
                news.fresh.insert(*unit, available);
            }
        }
        let any = !news.fresh.is_empty();
        drop(news);
        if any {
            self.changed.notify_one();
        }
    }
}
