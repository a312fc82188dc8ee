//! Many at once for the same pieces (STK-4).

use std::sync::Arc;

use catalog_store::ReserveError;
use futures_util::future::join_all;
use time::Duration;

use crate::support::Shop;

const CROWD: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_for_the_last_unit_sell_exactly_one() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[0, 1, 0])]).await;
    let request = shop.request(&[("stool", 1)]).await;
    let answers = join_all((0..CROWD).map(|_| {
        let (pg, now, order, request) = (shop.internal.clone(), shop.now(), shop.order(), request.clone());
        tokio::spawn(async move { catalog_store::reserve(&pg, now, order, &request).await })
    }))
    .await;
    let mut sold = 0;
    for answer in answers {
        match answer.expect("no panic") {
            Ok(_) => sold += 1,
            Err(ReserveError::Short(shortages)) => {
                assert_eq!((shortages[0].requested, shortages[0].available), (1, 0));
            }
            Err(other) => panic!("an unclear answer: {other:?}"),
        }
    }
    assert_eq!(sold, 1);
    assert_eq!(shop.count("SELECT count(*) FROM reservation").await, 1);
    assert_eq!(shop.stock("SEAT").await, [(0, 0), (1, 1), (0, 0)]);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_that_shares_a_component_gets_exactly_what_there_is() {
    let products: &[(&str, &[(&str, i32)])] = &[("table", &[("LEG", 4)]), ("stool", &[("LEG", 3)])];
    let shop = Arc::new(Shop::with(products, &[("LEG", &[30, 20, 15])]).await);
    let answers = join_all((0..CROWD).map(|n| {
        let shop = Arc::clone(&shop);
        // Half of them name the lines the other way round.
        let lines: &[(&str, i64)] = if n % 2 == 0 {
            &[("table", 1), ("stool", 1)]
        } else {
            &[("stool", 1), ("table", 1)]
        };
        tokio::spawn(async move { shop.try_reserve(shop.order(), lines).await })
    }))
    .await;
    let sold = answers
        .into_iter()
        .filter(|answer| answer.as_ref().expect("no panic").is_ok())
        .count();
    // Seven legs each, sixty-five in all.
    assert_eq!(sold, 9);
    let reserved: i64 = shop.stock("LEG").await.iter().map(|(_, reserved)| reserved).sum();
    assert_eq!(reserved, 63);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_order_asked_for_many_times_at_once_is_reserved_once() {
    let shop = Arc::new(Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[9, 9])]).await);
    let order = shop.order();
    let answers = join_all((0..CROWD).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.try_reserve(order, &[("stool", 2)]).await })
    }))
    .await;
    let mut answers = answers
        .into_iter()
        .map(|answer| answer.expect("no panic").expect("enough"));
    let first = answers.next().expect("an answer");
    assert!(answers.all(|other| other == first));
    let reserved: i64 = shop
        .stock("SEAT")
        .await
        .iter()
        .map(|(_, reserved)| reserved)
        .sum();
    assert_eq!(reserved, 2);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn confirm_release_and_expiry_of_one_order_at_once_move_its_stock_once() {
    let shop = Arc::new(Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[40])]).await);
    let mut orders = Vec::new();
    for _ in 0..20 {
        orders.push(shop.reserve(&[("stool", 2)]).await.order_id);
    }
    shop.clock.advance(Duration::hours(1));
    let confirms = orders.iter().map(|&order| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { drop(shop.confirm(order).await) })
    });
    let releases = orders.iter().step_by(2).map(|&order| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.release(order).await.expect("reserved before") })
    });
    let expiries = (0..4).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { drop(shop.expire().await) })
    });
    let all: Vec<_> = confirms.chain(releases).chain(expiries).collect();
    for done in join_all(all).await {
        done.expect("no panic");
    }
    shop.expire().await;
    // Every other order was released, and that is final.
    let gone = shop
        .count("SELECT count(*) FROM reservation WHERE status = 'released'")
        .await;
    assert_eq!(gone, 10);
    let confirmed = shop
        .count("SELECT count(*) FROM reservation WHERE status = 'confirmed'")
        .await;
    assert_eq!(shop.stock("SEAT").await, [(40 - 2 * confirmed, 0)]);
    shop.assert_sound().await;
}
