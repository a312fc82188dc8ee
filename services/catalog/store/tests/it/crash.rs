//! Connections that die, and callers that are gone, between locking stock and committing.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use test_support::wait_for;

use crate::support::Shop;

/// Operations that change stock, each on an order that is ready for it.
const OPERATIONS: [&str; 5] = ["reserve", "confirm", "release", "refund", "expire"];

async fn shop() -> Arc<Shop> {
    Arc::new(Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3, 4])]).await)
}

/// Prepares an operation on five stools, to be run later.
async fn prepare(shop: &Arc<Shop>, operation: &'static str) -> BoxFuture<'static, ()> {
    let order = shop.order();
    if operation != "reserve" {
        shop.try_reserve(order, &[("stool", 5)]).await.expect("enough");
    }
    if operation == "refund" {
        shop.confirm(order).await.expect("reserved");
    }
    if operation == "expire" {
        shop.clock.advance(time::Duration::hours(1));
    }
    let shop = Arc::clone(shop);
    async move {
        match operation {
            "reserve" => drop(shop.try_reserve(order, &[("stool", 5)]).await.expect("enough")),
            "confirm" => shop.confirm(order).await.expect("reserved"),
            "expire" => assert_eq!(shop.expire().await, [order]),
            _ => shop.release(order).await.expect("there is something"),
        }
    }
    .boxed()
}

/// The backend that holds locks on stock and waits for the journal.
async fn blocked(shop: &Shop) -> i32 {
    wait_for(
        "an operation that waits inside its transaction",
        Duration::from_mins(1),
        async || {
            sqlx::query_scalar(
                "SELECT a.pid FROM pg_stat_activity a
             WHERE a.datname = current_database() AND a.usename = 'catalog_internal'
               AND a.wait_event_type = 'Lock'
               AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted
                           AND l.relation = 'stock_movement'::regclass)",
            )
            .fetch_optional(shop.db.admin())
            .await
            .expect("activity")
        },
    )
    .await
}

async fn kill(shop: &Shop, pid: i32) {
    let killed: bool = sqlx::query_scalar("SELECT pg_terminate_backend($1, 30000)")
        .bind(pid)
        .fetch_one(shop.db.admin())
        .await
        .expect("a signal");
    assert!(killed);
}

/// Keeps everybody from writing the journal until it is dropped.
async fn hold_the_journal(shop: &Shop) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut journal = shop.db.admin().begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE stock_movement IN SHARE MODE")
        .execute(&mut *journal)
        .await
        .expect("a lock");
    journal
}

/// Everything that an operation may change.
async fn everything(shop: &Shop) -> String {
    sqlx::query_scalar(
        "SELECT concat_ws(E'\n',
             (SELECT string_agg(s::text, ' ' ORDER BY s::text) FROM stock s),
             (SELECT string_agg(m::text, ' ' ORDER BY m.id) FROM stock_movement m),
             (SELECT string_agg(r::text, ' ' ORDER BY r::text) FROM reservation r),
             (SELECT string_agg(l::text, ' ' ORDER BY l::text) FROM reservation_line l),
             (SELECT string_agg(p::text, ' ' ORDER BY p::text) FROM reservation_pick p),
             (SELECT string_agg(q::text, ' ' ORDER BY q.id) FROM stale_component q),
             (SELECT string_agg(q::text, ' ' ORDER BY q.id) FROM stale_stock q),
             (SELECT string_agg(o::text, ' ' ORDER BY o::text) FROM events.outbox o),
             (SELECT string_agg(d::text, ' ' ORDER BY d::text) FROM events.delivery d))",
    )
    .fetch_one(shop.db.admin())
    .await
    .expect("the tables")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_when_caller_and_connection_die_before_the_commit() {
    for operation in OPERATIONS {
        let shop = shop().await;
        let work = prepare(&shop, operation).await;
        let before = everything(&shop).await;
        let journal = hold_the_journal(&shop).await;
        let running = tokio::spawn(work);
        let pid = blocked(&shop).await;
        running.abort();
        kill(&shop, pid).await;
        journal.rollback().await.expect("unlocked");
        assert!(running.await.expect_err("aborted").is_cancelled());
        assert_eq!(everything(&shop).await, before, "{operation} left something");
        assert_eq!(shop.stock("SEAT").await.len(), 2);
        if operation != "expire" {
            shop.assert_sound().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_whose_connection_dies_is_done_once_on_another() {
    for operation in OPERATIONS {
        let shop = shop().await;
        let work = prepare(&shop, operation).await;
        let journal = hold_the_journal(&shop).await;
        let running = tokio::spawn(work);
        let pid = blocked(&shop).await;
        kill(&shop, pid).await;
        journal.rollback().await.expect("unlocked");
        running.await.expect("done on another connection");
        let expected: &[(i64, i64)] = match operation {
            "reserve" => &[(3, 1), (4, 4)],
            "confirm" => &[(2, 0), (0, 0)],
            _ => &[(3, 0), (4, 0)],
        };
        assert_eq!(shop.stock("SEAT").await, expected, "{operation}");
        shop.assert_sound().await;
    }
}
