//! PostgreSQL is stopped, started, killed and started again while orders come in: what was answered is there, what was
//! not can be asked again with the same order id, and nothing is there twice.
//!
//! The server is one of the test's own, so that nobody else's is disturbed.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use catalog_store::{ReserveError, SettleError};
use contracts::catalog::{Reservation, ReservationLine, ReservationStatus, ReserveRequest};
use embedded::postgres::{Options, Server};
use futures_util::future::join_all;
use kernel::{Clock as _, OrderId, ProductId};
use pg::{Metrics, Pg, PgConfig};
use test_support::{ManualClock, wait_for};
use time::macros::datetime;

use crate::support::{CATALOG, assortment};

const WORKERS: usize = 8;
/// Orders to be answered before, between and after the outages.
const STREAM: usize = 60;
const PATIENCE: Duration = Duration::from_mins(2);
const SEATS: i64 = 1_000_000;

struct Shop {
    clock: ManualClock,
    internal: Pg,
    stool: ProductId,
}

/// What the customers know of their orders.
#[derive(Default)]
struct Book {
    held: Mutex<Vec<Reservation>>,
    confirmed: Mutex<BTreeSet<OrderId>>,
    /// Asked for, answered by an error, not asked again.
    unsure: Mutex<Vec<OrderId>>,
    answered: AtomicUsize,
    failures: AtomicUsize,
    /// Orders that were held at a later attempt.
    retried: AtomicUsize,
    closed: AtomicBool,
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shop {
    async fn open(server: &Server) -> Self {
        pg::provision(&server.admin_url(), &CATALOG)
            .await
            .expect("a database");
        let pool = |role: &str| {
            let mut url = url::Url::parse(&server.admin_url()).expect("an address");
            url.set_path(CATALOG.name);
            url.set_username(role).expect("a role");
            url.set_password(Some(role)).expect("a password");
            (
                Pg::connect(&PgConfig::new(url.to_string()), Metrics::unregistered()).expect("a URL"),
                url,
            )
        };
        let (owner, url) = pool(CATALOG.owner.name);
        catalog_store::migrate(url.as_str()).await.expect("migrated");
        let clock = ManualClock::at(datetime!(2026-03-01 10:00 UTC));
        let all = assortment(&[("stool", &[("SEAT", 2)])], &[("SEAT", &[SEATS, SEATS])]);
        catalog_store::import(&owner, &clock, &all)
            .await
            .expect("a sound assortment");
        let stool: uuid::Uuid = sqlx::query_scalar("SELECT id FROM product")
            .fetch_one(owner.pool())
            .await
            .expect("a stool");
        owner.close().await;
        Self {
            clock,
            internal: pool("catalog_internal").0,
            stool: stool.into(),
        }
    }

    async fn reserve(&self, order: OrderId) -> Result<Reservation, ReserveError> {
        let request = ReserveRequest {
            lines: vec![ReservationLine {
                product_id: self.stool,
                quantity: 1,
            }],
            sets: Vec::new(),
            near: None,
            expires_at: self.clock.now() + time::Duration::hours(1),
        };
        catalog_store::reserve(&self.internal, self.clock.now(), order, &request).await
    }

    /// Customers who order one stool after the other. Every other one pays; of those whose order fails, every other one
    /// asks again until there is an answer.
    async fn order(&self, book: &Book) {
        let mut number = 0_usize;
        while !book.closed.load(Ordering::Relaxed) {
            number += 1;
            let order = OrderId::new(&self.clock);
            let mut attempts = 0;
            let held = loop {
                attempts += 1;
                match self.reserve(order).await {
                    Ok(held) => break Some(held),
                    Err(ReserveError::Database(error)) => book.fails(&error),
                    Err(other) => panic!("{other:?}"),
                }
                if number.is_multiple_of(2) {
                    break None;
                }
            };
            let Some(held) = held else {
                lock(&book.unsure).push(order);
                continue;
            };
            book.retried
                .fetch_add(usize::from(attempts > 1), Ordering::Relaxed);
            lock(&book.held).push(held);
            if number % 4 > 1 {
                self.pay(order, book).await;
            }
            book.answered.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn pay(&self, order: OrderId, book: &Book) {
        loop {
            match catalog_store::confirm(&self.internal, self.clock.now(), order).await {
                Ok(()) => break,
                Err(SettleError::Database(error)) => book.fails(&error),
                Err(other) => panic!("{other:?}"),
            }
        }
        lock(&book.confirmed).insert(order);
    }

    async fn started_at(&self) -> time::OffsetDateTime {
        sqlx::query_scalar("SELECT pg_postmaster_start_time()")
            .fetch_one(self.internal.pool())
            .await
            .expect("the server answers")
    }

    async fn assert_sound(&self) {
        let violations =
            catalog_store::invariants(&self.internal, self.clock.now(), time::Duration::ZERO).await;
        assert_eq!(violations.expect("the server answers"), []);
    }
}

impl Book {
    fn fails(&self, error: &sqlx::Error) {
        assert!(pg::is_unavailable(error), "{error:?}");
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    async fn wait_for(&self, what: &str, count: &AtomicUsize, more: usize) {
        let enough = count.load(Ordering::Relaxed) + more;
        wait_for(what, PATIENCE, async || {
            (count.load(Ordering::Relaxed) >= enough).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_is_lost_or_doubled_when_the_server_goes_and_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    // As root, the server runs as another user, who has to get there.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("opened");
    let mut server = Server::start(Options::new(folder.path().join("pg"), 0))
        .await
        .expect("a server");
    let shop = Arc::new(Shop::open(&server).await);
    let book = Arc::new(Book::default());
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (shop, book) = (Arc::clone(&shop), Arc::clone(&book));
            tokio::spawn(async move { shop.order(&book).await })
        })
        .collect();

    for killed in [false, true] {
        book.wait_for("orders", &book.answered, STREAM).await;
        let before = shop.started_at().await;
        if killed {
            server.kill().await.expect("killed");
        } else {
            server.stop().await.expect("stopped");
        }
        book.wait_for("customers to notice", &book.failures, WORKERS)
            .await;
        server.start_again().await.expect("started");
        book.wait_for("orders after the outage", &book.answered, STREAM)
            .await;
        assert!(shop.started_at().await > before);
    }
    book.closed.store(true, Ordering::Relaxed);
    for worker in join_all(workers).await {
        worker.expect("no panic");
    }
    shop.assert_sound().await;
    assert!(book.retried.load(Ordering::Relaxed) > 0, "nobody asked again");
    check(&shop, &book).await;
    server.stop().await.expect("stopped");
}

/// Every order that was answered is as it was answered; every other one is whole or not there, and can be had.
async fn check(shop: &Shop, book: &Book) {
    let (held, confirmed) = (lock(&book.held).clone(), lock(&book.confirmed).clone());
    let unsure = lock(&book.unsure).clone();
    assert!(!unsure.is_empty() && !confirmed.is_empty() && confirmed.len() < held.len());
    let read = async |order| {
        catalog_store::reservation(&shop.internal, order)
            .await
            .expect("read")
    };
    for mut reservation in held.clone() {
        if confirmed.contains(&reservation.order_id) {
            reservation.status = ReservationStatus::Confirmed;
        }
        assert_eq!(read(reservation.order_id).await, Some(reservation));
    }
    let mut absent = 0;
    for &order in &unsure {
        let found = read(order).await;
        let again = shop.reserve(order).await.expect("enough");
        match found {
            Some(found) => assert_eq!(again, found),
            None => absent += 1,
        }
        assert_eq!(again.picks.iter().map(|pick| pick.quantity).sum::<i64>(), 2);
    }
    assert!(absent > 0, "the server was never away");
    let (on_hand, reserved): (i64, i64) =
        sqlx::query_as("SELECT sum(on_hand)::bigint, sum(reserved)::bigint FROM stock")
            .fetch_one(shop.internal.pool())
            .await
            .expect("stock");
    let pieces = |orders: usize| 2 * i64::try_from(orders).expect("few");
    assert_eq!(2 * SEATS - on_hand, pieces(confirmed.len()));
    assert_eq!(reserved, pieces(held.len() + unsure.len() - confirmed.len()));
    shop.assert_sound().await;
}
