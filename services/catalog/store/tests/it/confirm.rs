//! Orders that were paid when their reservation had just run out.

use catalog_store::SettleError;
use contracts::catalog::ReservationStatus;
use kernel::OrderId;
use time::Duration;

use crate::support::Shop;

async fn expired(shop: &Shop, quantity: i64) -> OrderId {
    let order = shop.reserve(&[("stool", quantity)]).await.order_id;
    shop.clock.advance(Duration::hours(1));
    assert_eq!(shop.expire().await, [order]);
    order
}

#[tokio::test]
async fn it_is_reserved_anew_where_there_is_stock_now() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[5, 5])]).await;
    let late = expired(&shop, 5).await;
    // Somebody else took the shelf that it was on.
    shop.reserve(&[("stool", 5)]).await;
    for _ in 0..2 {
        shop.confirm(late).await.expect("five are left");
        assert_eq!(shop.stock("SEAT").await, [(5, 5), (0, 0)]);
    }
    let held = catalog_store::reservation(&shop.internal, late)
        .await
        .expect("the database answers")
        .expect("a reservation");
    assert_eq!(held.status, ReservationStatus::Confirmed);
    let picks: Vec<_> = held.picks.iter().map(|p| (&*p.warehouse, p.quantity)).collect();
    assert_eq!(picks, [("SPB", 5)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn it_is_told_what_is_missing_where_the_stock_is_gone_and_can_try_again() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[5])]).await;
    let late = expired(&shop, 3).await;
    let faster = shop.reserve(&[("stool", 4)]).await.order_id;
    let refused = shop.confirm(late).await;
    let Err(SettleError::Short(shortages)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((shortages[0].requested, shortages[0].available), (3, 1));
    assert_eq!(shop.stock("SEAT").await, [(5, 4)]);
    shop.assert_sound().await;

    shop.release(faster).await.expect("reserved");
    shop.confirm(late).await.expect("three are free again");
    assert_eq!(shop.stock("SEAT").await, [(2, 0)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn given_up_it_takes_nothing_any_more() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[5])]).await;
    let late = expired(&shop, 3).await;
    shop.release(late).await.expect("expired");
    assert!(matches!(shop.confirm(late).await, Err(SettleError::Released)));
    assert_eq!(shop.stock("SEAT").await, [(5, 0)]);
    shop.assert_sound().await;
}
