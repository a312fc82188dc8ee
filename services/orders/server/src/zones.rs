use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use orders_domain::ZoneMap;
use orders_store::Store;

/// How old the zones may be.
const FRESH: Duration = Duration::from_secs(30);

/// Where the shop delivers, read from the database now and then. Cheap to clone.
#[derive(Clone)]
pub struct Zones {
    store: Store,
    cache: Cache<(), Arc<ZoneMap>>,
}

impl Zones {
    /// Zones of `store`.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            cache: Cache::builder().max_capacity(1).time_to_live(FRESH).build(),
        }
    }

    /// The zones, at most half a minute old.
    ///
    /// # Errors
    /// When they have to be read and cannot.
    pub async fn get(&self) -> Result<Arc<ZoneMap>, Arc<pg::sqlx::Error>> {
        self.cache
            .try_get_with((), async { self.store.zones().await.map(Arc::new) })
            .await
    }
}
