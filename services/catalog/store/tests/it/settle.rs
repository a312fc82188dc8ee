use catalog_store::{ReservationFilter, SettleError};
use contracts::catalog::ReservationStatus::{self, Confirmed, Expired, Released, Reserved};
use contracts::events::{RESERVATION_EXPIRED, ReservationExpired};
use kernel::OrderId;
use time::Duration;

use crate::support::Shop;

async fn stools() -> Shop {
    Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)])],
        &[("SEAT", &[4, 4]), ("LEG", &[90])],
    )
    .await
}

async fn status(shop: &Shop, order: OrderId) -> ReservationStatus {
    catalog_store::reservation(&shop.internal, order)
        .await
        .expect("the database answers")
        .expect("a reservation")
        .status
}

#[tokio::test]
async fn confirmed_stock_leaves_the_shelves_once() {
    let shop = stools().await;
    let order = shop.reserve(&[("stool", 5)]).await.order_id;
    for _ in 0..2 {
        shop.confirm(order).await.expect("reserved");
        assert_eq!(shop.stock("SEAT").await, [(0, 0), (3, 0)]);
        assert_eq!(shop.stock("LEG").await, [(75, 0)]);
    }
    assert_eq!(status(&shop, order).await, Confirmed);
    shop.clock.advance(Duration::hours(1));
    assert_eq!(shop.expire().await, []);
    shop.assert_sound().await;
}

#[tokio::test]
async fn released_stock_is_free_again_once_and_for_good() {
    let shop = stools().await;
    let order = shop.reserve(&[("stool", 5)]).await.order_id;
    for _ in 0..2 {
        shop.release(order).await.expect("reserved");
        assert_eq!(shop.stock("SEAT").await, [(4, 0), (4, 0)]);
    }
    assert!(matches!(shop.confirm(order).await, Err(SettleError::Released)));
    assert_eq!(status(&shop, order).await, Released);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_refund_puts_the_stock_back_on_its_shelves_once() {
    let shop = stools().await;
    let order = shop.reserve(&[("stool", 5)]).await.order_id;
    shop.confirm(order).await.expect("reserved");
    for _ in 0..2 {
        shop.release(order).await.expect("confirmed");
        assert_eq!(shop.stock("SEAT").await, [(4, 0), (4, 0)]);
        assert_eq!(shop.stock("LEG").await, [(90, 0)]);
    }
    assert_eq!(status(&shop, order).await, Released);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_order_without_reservation_is_not_found() {
    let shop = stools().await;
    assert!(matches!(
        shop.confirm(shop.order()).await,
        Err(SettleError::NotFound)
    ));
    assert!(matches!(
        shop.release(shop.order()).await,
        Err(SettleError::NotFound)
    ));
    let none = catalog_store::reservation(&shop.internal, shop.order()).await;
    assert_eq!(none.expect("the database answers"), None);
}

#[tokio::test]
async fn what_is_due_expires_once_and_is_told_with_it() {
    let shop = stools().await;
    let due = shop.reserve(&[("stool", 2)]).await.order_id;
    shop.clock.advance(Duration::minutes(10));
    let not_due = shop.reserve(&[("stool", 1)]).await.order_id;
    shop.clock.advance(Duration::minutes(10));
    assert_eq!(shop.violations().await, []);

    assert_eq!(shop.expire().await, [due]);
    assert_eq!(shop.expire().await, []);
    assert_eq!(
        (status(&shop, due).await, status(&shop, not_due).await),
        (Expired, Reserved)
    );
    assert_eq!(shop.stock("SEAT").await, [(4, 1), (4, 0)]);

    let told: Vec<(String, serde_json::Value)> = sqlx::query_as("SELECT type, data FROM events.outbox")
        .fetch_all(shop.db.admin())
        .await
        .expect("events");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, RESERVATION_EXPIRED);
    let expired: ReservationExpired = serde_json::from_value(told[0].1.clone()).expect("a payload");
    assert_eq!((expired.order_id, expired.at), (due, shop.now()));
    let deliveries = shop
        .count("SELECT count(*) FROM events.delivery WHERE subscriber = 'orders'")
        .await;
    assert_eq!(deliveries, 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn batches_take_what_ran_out_first() {
    let shop = stools().await;
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(shop.reserve(&[("stool", 1)]).await.order_id);
        shop.clock.advance(Duration::seconds(1));
    }
    shop.clock.advance(Duration::hours(1));
    for batch in [&orders[..2], &orders[2..4], &orders[4..], &[]] {
        let expired = catalog_store::expire_due(&shop.internal, &shop.clock, &shop.subscriptions, 2).await;
        assert_eq!(expired.expect("the database answers"), batch);
    }
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_reservation_that_is_being_confirmed_does_not_expire() {
    let shop = stools().await;
    let order = shop.reserve(&[("stool", 1)]).await.order_id;
    shop.clock.advance(Duration::hours(1));
    let mut other = shop.db.admin().begin().await.expect("a transaction");
    sqlx::query("SELECT FROM reservation WHERE order_id = $1 FOR UPDATE")
        .bind(order.uuid())
        .execute(&mut *other)
        .await
        .expect("a lock");
    assert_eq!(shop.expire().await, []);
    other.rollback().await.expect("unlocked");
    assert_eq!(shop.expire().await, [order]);
}

#[tokio::test]
async fn reservations_are_listed_page_by_page() {
    let shop = stools().await;
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(shop.reserve(&[("stool", 1)]).await.order_id);
    }
    orders.sort_unstable();
    shop.release(orders[1]).await.expect("reserved");
    let mut filter = ReservationFilter {
        after: None,
        status: None,
        limit: 2,
    };
    let mut listed = Vec::new();
    loop {
        let page = catalog_store::list_reservations(&shop.internal, &filter)
            .await
            .expect("a page");
        assert!(page.items.len() <= 2);
        listed.extend(page.items.iter().map(|item| item.order_id));
        filter.after = page.next_after;
        if filter.after.is_none() {
            break;
        }
    }
    assert_eq!(listed, orders);
    filter.status = Some(Released);
    let page = catalog_store::list_reservations(&shop.internal, &filter)
        .await
        .expect("a page");
    assert_eq!(page.items.len(), 1);
    assert_eq!(
        (page.items[0].order_id, page.items[0].status),
        (orders[1], Released)
    );
    assert_eq!(page.items[0].expires_at, shop.now() + Duration::minutes(20));
}
