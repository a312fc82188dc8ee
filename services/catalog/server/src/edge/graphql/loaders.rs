//! Reads that many fields of one answer ask for, gathered: one statement for all of them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};
use catalog_store::{BillOwner, NamedLine, ProductSheet, SetSheet};
use contracts::catalog::Availability;
use kernel::ProductId;
use pg::Pg;
use problem::Problem;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::problems;

/// How long nothing new must be asked for until what was asked for is read.
const QUIET: Duration = Duration::from_millis(1);
/// How often to wait for that at most.
const WAITS: usize = 50;

/// Reads for one request. Nothing is kept: what fields ask for at the same time is read once, what is asked for later is
/// read anew.
pub struct Reads {
    loader: DataLoader<Loaders>,
    /// How often something was asked for.
    asked: Arc<AtomicUsize>,
}

impl Reads {
    /// The reads of a request.
    pub fn new(pg: Pg) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let loader = DataLoader::new(Loaders(pg), move |load| {
            let counted = Arc::clone(&counted);
            let gathered = async move {
                gather(&counted).await;
                load.await;
            };
            tokio::spawn(gathered.in_current_span())
        });
        Self {
            // The waiting is ours: a fixed delay would cut long lists in two whenever the machine is busy.
            loader: loader.delay(Duration::ZERO),
            asked,
        }
    }

    /// What `key` names, read together with whatever else is asked for now.
    pub async fn load_one<K>(&self, key: K) -> Result<Option<<Loaders as Loader<K>>::Value>, Problem>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loaders: Loader<K, Error = Problem>,
    {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.loader.load_one(key).await
    }
}

/// Waits until nothing new is asked for.
async fn gather(asked: &AtomicUsize) {
    tokio::task::yield_now().await;
    let mut seen = asked.load(Ordering::Relaxed);
    for _ in 0..WAITS {
        tokio::time::sleep(QUIET).await;
        let now = asked.load(Ordering::Relaxed);
        if now == seen {
            return;
        }
        seen = now;
    }
}

/// The reads of this request.
pub fn reads<'a>(ctx: &Context<'a>) -> &'a Reads {
    ctx.data_unchecked()
}

/// Batches by kind of key.
pub struct Loaders(Pg);

/// A product by what names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SheetKey {
    /// Its id.
    Id(ProductId),
    /// Its readable id.
    Slug(String),
}

impl Loader<SheetKey> for Loaders {
    type Value = Arc<ProductSheet>;
    type Error = Problem;

    async fn load(&self, keys: &[SheetKey]) -> Result<HashMap<SheetKey, Self::Value>, Problem> {
        let (mut ids, mut slugs) = (Vec::new(), Vec::new());
        for key in keys {
            match key {
                SheetKey::Id(id) => ids.push(*id),
                SheetKey::Slug(slug) => slugs.push(slug.clone()),
            }
        }
        let sheets = catalog_store::product_sheets(&self.0, &ids, &slugs)
            .await
            .map_err(problems::database)?;
        let named = sheets.into_iter().map(Arc::new).flat_map(|sheet| {
            [
                (SheetKey::Id(sheet.card.id), Arc::clone(&sheet)),
                (SheetKey::Slug(sheet.card.slug.clone()), sheet),
            ]
        });
        Ok(named.collect())
    }
}

/// Some lines of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BillKey {
    /// Whose.
    pub owner: BillOwner,
    /// Lines to leave out at the beginning.
    pub skip: i64,
    /// How many lines.
    pub first: i64,
}

impl Loader<BillKey> for Loaders {
    type Value = Arc<[NamedLine]>;
    type Error = Problem;

    async fn load(&self, keys: &[BillKey]) -> Result<HashMap<BillKey, Self::Value>, Problem> {
        let mut windows: HashMap<(i64, i64), Vec<BillOwner>> = HashMap::new();
        for key in keys {
            windows.entry((key.skip, key.first)).or_default().push(key.owner);
        }
        let mut found = HashMap::new();
        for ((skip, first), owners) in windows {
            let bills = catalog_store::bills(&self.0, &owners, skip, first)
                .await
                .map_err(problems::database)?;
            for (owner, lines) in bills {
                found.insert(BillKey { owner, skip, first }, lines.into());
            }
        }
        Ok(found)
    }
}

/// Where a product is in stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StockKey(pub ProductId);

impl Loader<StockKey> for Loaders {
    type Value = Arc<Availability>;
    type Error = Problem;

    async fn load(&self, keys: &[StockKey]) -> Result<HashMap<StockKey, Self::Value>, Problem> {
        let ids: Vec<ProductId> = keys.iter().map(|key| key.0).collect();
        let found = catalog_store::availabilities(&self.0, &ids)
            .await
            .map_err(problems::database)?;
        Ok(found
            .into_iter()
            .map(|(id, availability)| (StockKey(id), Arc::new(availability)))
            .collect())
    }
}

/// A set by what names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SetKey {
    /// Its id.
    Id(Uuid),
    /// What it is called elsewhere.
    External(String),
}

impl Loader<SetKey> for Loaders {
    type Value = Arc<SetSheet>;
    type Error = Problem;

    async fn load(&self, keys: &[SetKey]) -> Result<HashMap<SetKey, Self::Value>, Problem> {
        let (mut ids, mut externals) = (Vec::new(), Vec::new());
        for key in keys {
            match key {
                SetKey::Id(id) => ids.push(*id),
                SetKey::External(external) => externals.push(external.clone()),
            }
        }
        let sheets = catalog_store::set_sheets(&self.0, &ids, &externals)
            .await
            .map_err(problems::database)?;
        let named = sheets.into_iter().map(Arc::new).flat_map(|sheet| {
            [
                (SetKey::Id(sheet.card.id), Arc::clone(&sheet)),
                (SetKey::External(sheet.card.external_id.clone()), sheet),
            ]
        });
        Ok(named.collect())
    }
}

/// How often a set can be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SetStockKey(pub Uuid);

impl Loader<SetStockKey> for Loaders {
    type Value = Arc<Availability>;
    type Error = Problem;

    async fn load(&self, keys: &[SetStockKey]) -> Result<HashMap<SetStockKey, Self::Value>, Problem> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = catalog_store::set_availabilities(&self.0, &ids)
            .await
            .map_err(problems::database)?;
        Ok(found
            .into_iter()
            .map(|(id, availability)| (SetStockKey(id), Arc::new(availability)))
            .collect())
    }
}
