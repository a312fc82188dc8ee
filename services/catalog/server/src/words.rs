//! The words of the assortment, read at most once a second however many ask.

use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};

use catalog_store::{ListingWords, listing_words};
use kernel::SharedClock;
use pg::Pg;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

const FRESH: Duration = Duration::SECOND;
/// How old they may be for who comes while they are read anew.
const USABLE: Duration = Duration::seconds(2);

/// What lists are narrowed by and facets are named with. Cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Kept>);

struct Kept {
    /// Since when, and what.
    words: Lock<Option<(OffsetDateTime, Arc<ListingWords>)>>,
    /// Held by who reads them.
    reading: Mutex<()>,
    clock: SharedClock,
}

impl Words {
    /// Nothing is read yet.
    pub fn new(clock: SharedClock) -> Self {
        Self(Arc::new(Kept {
            words: Lock::default(),
            reading: Mutex::default(),
            clock,
        }))
    }

    /// The words as they were at most a second ago, or two while somebody is reading them anew. Waits for who reads them
    /// only when they are older.
    pub async fn get(&self, pg: &Pg) -> Result<Arc<ListingWords>, pg::sqlx::Error> {
        if let Some(words) = self.known(FRESH) {
            return Ok(words);
        }
        let _reading = if let Ok(reading) = self.0.reading.try_lock() {
            reading
        } else {
            if let Some(words) = self.known(USABLE) {
                return Ok(words);
            }
            self.0.reading.lock().await
        };
        // Who was waited for may have read them.
        if let Some(words) = self.known(FRESH) {
            return Ok(words);
        }
        let now = self.0.clock.now();
        let words = Arc::new(match self.known(Duration::MAX) {
            Some(before) => before.renewed(pg).await?,
            None => listing_words(pg).await?,
        });
        *self.kept() = Some((now, Arc::clone(&words)));
        Ok(words)
    }

    /// The words when they are younger than that.
    fn known(&self, age: Duration) -> Option<Arc<ListingWords>> {
        let now = self.0.clock.now();
        let kept = self.kept();
        let (_, words) = kept
            .as_ref()
            .filter(|(read_at, _)| (Duration::ZERO..age).contains(&(now - *read_at)))?;
        Some(Arc::clone(words))
    }

    fn kept(&self) -> MutexGuard<'_, Option<(OffsetDateTime, Arc<ListingWords>)>> {
        self.0.words.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
