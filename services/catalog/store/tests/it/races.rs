//! Many at once for the same pieces (STK-4).

use std::sync::Arc;
use std::time::Duration as StdDuration;

use catalog_store::ReserveError;
use futures_util::future::join_all;
use test_support::wait_for;
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

/// Reserves seven stools of twelve while somebody else takes `taken` seats away from the first warehouse: the choice is
/// made when they are there, and written when they are not any more.
async fn overtaken(taken: i64) -> Result<Vec<(String, i64)>, ReserveError> {
    let shop = Arc::new(Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[6, 5, 1])]).await);
    let mut faster = shop.db.admin().begin().await.expect("a transaction");
    sqlx::query(
        "WITH balance AS (UPDATE stock SET on_hand = on_hand - $1 WHERE shelf = 'MSK-1' RETURNING *)
         INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
         SELECT component_id, warehouse_id, 'import', -$1, 0, now() FROM balance",
    )
    .bind(taken)
    .execute(&mut *faster)
    .await
    .expect("seats");
    let slower = tokio::spawn({
        let shop = Arc::clone(&shop);
        async move { shop.try_reserve(shop.order(), &[("stool", 7)]).await }
    });
    wait_for(
        "the slower one to wait for the shelf",
        StdDuration::from_mins(1),
        async || {
            let waiting = shop
                .count(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                     AND usename = 'catalog_internal' AND wait_event_type = 'Lock'",
                )
                .await;
            (waiting == 1).then_some(())
        },
    )
    .await;
    faster.commit().await.expect("taken");
    let answer = slower.await.expect("no panic");
    let reservations = shop.count("SELECT count(*) FROM reservation").await;
    assert_eq!(reservations, i64::from(answer.is_ok()));
    sqlx::query("INSERT INTO stale_component (component_id) SELECT id FROM component")
        .execute(shop.db.admin())
        .await
        .expect("queued");
    shop.assert_sound().await;
    let picks = answer?.picks.into_iter();
    Ok(picks.map(|pick| (pick.warehouse, pick.quantity)).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_overtaken_chooses_again() {
    let picks = overtaken(5).await.expect("seven seats are left");
    let places = [("SPB", 5), ("EKB", 1), ("MSK", 1)];
    assert_eq!(picks.len(), 3);
    assert!(
        places
            .iter()
            .all(|&(code, pieces)| picks.contains(&(code.to_owned(), pieces)))
    );
    let refused = overtaken(6).await.expect_err("six seats are left");
    let ReserveError::Short(shortages) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((shortages[0].requested, shortages[0].available), (7, 6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_order_asked_for_many_times_at_once_is_reserved_once() {
    // Once it is reserved, there are too few to reserve it again.
    let shop = Arc::new(Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[2, 1])]).await);
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
