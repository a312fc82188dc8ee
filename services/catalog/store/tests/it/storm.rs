//! Everything at once on shelves that overlap: nothing may be lost, and nobody may wait in a circle.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use catalog_store::{OrderEvents, ReserveError, SettleError};
use contracts::catalog::StockCorrection;
use contracts::orders::OrderStatus;
use events::{CloudEvent, Handler as _};
use futures_util::future::join_all;
use kernel::{ComponentId, OrderId};
use test_support::wait_for;
use time::Duration;

use crate::support::{Shop, WAREHOUSES, order_event};

const WORKERS: usize = 12;
const ROUNDS: usize = 40;
const PRODUCTS: [&str; 4] = ["table", "stool", "bench", "shelf"];
const COMPONENTS: [&str; 5] = ["LEG", "TOP", "SEAT", "SCREW", "BOARD"];

fn below(n: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers"
    )]
    let drawn = (kernel::random::fraction() * n as f64) as usize;
    drawn
}

struct Storm {
    shop: Shop,
    components: Vec<ComponentId>,
    orders: Mutex<Vec<OrderId>>,
}

impl Storm {
    fn some_order(&self) -> OrderId {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        // Mostly a recent one, which others are busy with too.
        let from = orders.len().saturating_sub(12);
        orders
            .get(from + below(orders.len() - from))
            .copied()
            .unwrap_or_else(|| self.shop.order())
    }

    async fn step(&self, worker: usize, round: usize) {
        match below(10) {
            0..=3 => self.reserve().await,
            4 | 5 => self.confirm().await,
            6 => self.release().await,
            7 => self.deliver_events().await,
            8 => self.correct(&format!("{worker}-{round}")).await,
            _ => {
                self.shop.clock.advance(Duration::minutes(3));
                let shop = &self.shop;
                catalog_store::expire_due(&shop.internal, &shop.clock, &shop.subscriptions, 5)
                    .await
                    .expect("expiry");
                catalog_store::refresh_availability(&shop.internal, 20)
                    .await
                    .expect("availability");
            }
        }
    }

    async fn reserve(&self) {
        let order = if below(4) == 0 {
            self.some_order()
        } else {
            self.shop.order()
        };
        let count = 1 + below(3);
        let lines: Vec<(&str, i64)> = (0..count)
            .map(|_| (PRODUCTS[below(PRODUCTS.len())], if below(2) == 0 { 1 } else { 3 }))
            .collect();
        let mut request = self.shop.request(&lines).await;
        request.expires_at = self.shop.now() + Duration::minutes([1, 20][below(2)]);
        let now = self.shop.now();
        match catalog_store::reserve(&self.shop.internal, now, order, &request).await {
            Ok(held) => {
                self.orders
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(held.order_id);
            }
            Err(ReserveError::Short(shortages)) => assert!(!shortages.is_empty()),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn confirm(&self) {
        match self.shop.confirm(self.some_order()).await {
            Ok(()) | Err(SettleError::NotFound | SettleError::Released | SettleError::Short(_)) => {}
            Err(error @ SettleError::Database(_)) => panic!("{error:?}"),
        }
    }

    async fn release(&self) {
        match self.shop.release(self.some_order()).await {
            Ok(()) | Err(SettleError::NotFound) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    /// A batch of events about several orders, in one transaction as the receiver does it.
    async fn deliver_events(&self) {
        let orders: BTreeSet<OrderId> = (0..4).map(|_| self.some_order()).collect();
        let batch: Vec<CloudEvent> = orders
            .into_iter()
            .map(|order| {
                let to = if below(3) == 0 {
                    OrderStatus::Cancelled
                } else {
                    OrderStatus::Paid
                };
                order_event(&self.shop, order, to)
            })
            .collect();
        let handler = OrderEvents::new(self.shop.clock.shared());
        let done = self
            .shop
            .internal
            .run("storm_events", async |mut tx: pg::Tx| {
                let batch: Vec<&CloudEvent> = batch.iter().collect();
                handler.handle_batch(&mut tx, &batch).await
            })
            .await;
        if let Err(events::HandlerError::Database(error)) = done {
            panic!("{error:?}");
        }
    }

    async fn correct(&self, key: &str) {
        let correction = StockCorrection {
            component_id: self.components[below(self.components.len())],
            warehouse: WAREHOUSES[below(3)].to_owned(),
            delta: if below(3) == 0 { -2 } else { 5 },
            reason: "counted".to_owned(),
        };
        let shop = &self.shop;
        let corrected = catalog_store::correct_stock(
            &shop.staff,
            &shop.clock,
            &shop.subscriptions,
            "ivanov",
            key,
            &correction,
        )
        .await;
        match corrected {
            Ok(_) | Err(catalog_store::CorrectStockError::TooFew { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn storm() -> Storm {
    let products: [(&str, &[(&str, i32)]); 4] = [
        ("table", &[("LEG", 4), ("TOP", 1), ("SCREW", 8)]),
        ("stool", &[("SCREW", 4), ("SEAT", 1), ("LEG", 3)]),
        ("bench", &[("SEAT", 2), ("BOARD", 1), ("LEG", 4)]),
        ("shelf", &[("BOARD", 3), ("SCREW", 12)]),
    ];
    let stock: [(&str, &[i64]); 5] = COMPONENTS.map(|sku| (sku, &[60, 25, 40][..]));
    let shop = Shop::with(&products, &stock).await;
    let mut components = Vec::new();
    for sku in COMPONENTS {
        components.push(shop.component(sku).await);
    }
    Storm {
        shop,
        components,
        orders: Mutex::default(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_of_everything_ends_sound_and_without_a_deadlock() {
    let storm = Arc::new(storm().await);
    let workers = (0..WORKERS).map(|worker| {
        let storm = Arc::clone(&storm);
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                storm.step(worker, round).await;
            }
        })
    });
    for worker in join_all(workers).await {
        worker.expect("no panic");
    }
    let shop = &storm.shop;
    shop.expire().await;
    shop.assert_sound().await;
    for kind in ["reserve", "confirm", "release", "refund", "expire", "correction"] {
        let made = shop
            .count_where("SELECT count(*) FROM stock_movement WHERE kind = $1", kind)
            .await;
        assert!(made > 0, "the storm had no {kind} in it");
    }

    // A backend reports what it met when it ends, at the latest.
    shop.internal.close().await;
    shop.staff.close().await;
    let patience = std::time::Duration::from_secs(30);
    wait_for("the pools' backends to end", patience, async || {
        let left: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND usename IN ('catalog_internal', 'catalog_staff')",
        )
        .fetch_one(shop.db.admin())
        .await
        .expect("activity");
        (left == 0).then_some(())
    })
    .await;
    let deadlocks = shop
        .count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .await;
    assert_eq!(deadlocks, 0);
}
