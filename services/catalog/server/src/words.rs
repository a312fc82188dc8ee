//! The words of the assortment, read at most once a second however many ask.

use std::sync::Arc;

use catalog_store::ListingWords;
use kernel::SharedClock;
use pg::Pg;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

const FRESH: Duration = Duration::SECOND;

/// Since when, and what.
type Kept = Option<(OffsetDateTime, Arc<ListingWords>)>;

/// What lists are narrowed by and facets are named with. Cheap to clone.
#[derive(Clone)]
pub struct Words {
    kept: Arc<Mutex<Kept>>,
    clock: SharedClock,
}

impl Words {
    /// Nothing is read yet.
    pub fn new(clock: SharedClock) -> Self {
        Self {
            kept: Arc::default(),
            clock,
        }
    }

    /// The words as they were at most a second ago. Who comes while they are read waits for them.
    pub async fn get(&self, pg: &Pg) -> Result<Arc<ListingWords>, pg::sqlx::Error> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if let Some((read_at, words)) = &*kept
            && (Duration::ZERO..FRESH).contains(&(now - *read_at))
        {
            return Ok(Arc::clone(words));
        }
        let words = match &*kept {
            Some((_, before)) => before.renewed(pg).await?,
            None => catalog_store::listing_words(pg).await?,
        };
        let words = Arc::new(words);
        *kept = Some((now, Arc::clone(&words)));
        Ok(words)
    }
}
