use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Context, ID, Object, Subscription as GraphqlSubscription};
use futures_util::{Stream, stream};
use kernel::{ProductId, Text};

use super::Shared;
use super::errors::{Refusal, bad_argument};
use super::feed::{Watch, full};
use super::loaders::SheetKey;
use super::product::Product;
use super::values::{Long, parse_id};

/// Units that one subscription watches.
const MAX_UNITS: usize = 100;
/// Subscriptions of one connection.
const MAX_PER_CONNECTION: usize = 10;

/// How many subscriptions a connection has.
#[derive(Clone, Default)]
pub struct Taken(Arc<AtomicUsize>);

impl Taken {
    fn one(&self) -> Option<One> {
        let one = One(self.clone());
        (self.0.fetch_add(1, Ordering::Relaxed) < MAX_PER_CONNECTION).then_some(one)
    }
}

/// One of them, until it is dropped.
struct One(Taken);

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What can be watched.
pub struct Subscription;

/// What changes while somebody looks on.
#[GraphqlSubscription(name = "Subscription")]
impl Subscription {
    /// How many of at most 100 units can be bought: at first of each of them, then of those that changed, within
    /// three seconds of the change (STK-5). Units that are not on sale are left out.
    #[expect(clippy::unused_async, reason = "the macro asks for it")]
    async fn availability(
        &self,
        ctx: &Context<'_>,
        product_ids: Vec<ID>,
    ) -> Result<impl Stream<Item = Vec<Change>> + use<>, Refusal> {
        if !(1..=MAX_UNITS).contains(&product_ids.len()) {
            let message = Text::new(
                format!("от 1 до {MAX_UNITS} товаров"),
                format!("must be 1 to {MAX_UNITS} products"),
            );
            return Err(bad_argument("productIds", "length", message).into());
        }
        let units = product_ids
            .iter()
            .map(|id| parse_id("productIds", id))
            .collect::<Result<Vec<ProductId>, _>>()?;
        let one = match ctx.data_opt::<Taken>() {
            Some(taken) => Some(taken.one().ok_or_else(full)?),
            None => None,
        };
        let watch = ctx.data_unchecked::<Shared>().feed.watch(units)?;
        Ok(changes(watch, one))
    }
}

fn changes(watch: Watch, one: Option<One>) -> impl Stream<Item = Vec<Change>> {
    stream::unfold((watch, one), async |(mut watch, one)| {
        let news = watch.next().await?;
        let changes = news
            .into_iter()
            .map(|(product, available)| Change { product, available });
        Some((changes.collect(), (watch, one)))
    })
}

/// What there is of a unit now.
pub struct Change {
    product: ProductId,
    available: i64,
}

/// A unit whose availability changed.
#[Object(name = "AvailabilityChange")]
impl Change {
    /// Id of the unit.
    async fn product_id(&self) -> ID {
        self.product.into()
    }

    /// How many can be bought now.
    async fn available(&self) -> Long {
        Long(self.available)
    }

    /// The unit; null when it went off sale.
    async fn product(&self, ctx: &Context<'_>) -> Result<Option<Product>, Refusal> {
        Ok(Product::find(ctx, SheetKey::Id(self.product)).await?)
    }
}
