//! Reserving for many together ([`ReserveQueue`]): each is answered as if alone, in few statements.

use catalog_store::{ReserveError, ReserveQueue};
use contracts::catalog::{Reservation, ReservationLine, ReservationSet, ReserveRequest};
use futures_util::future::join_all;
use kernel::{OrderId, ProductId, SystemClock};

use crate::counter::Counter;
use crate::support::Shop;

type Answer = Result<Reservation, ReserveError>;

/// Asks at once, so that all but the first wait for it and are served together.
async fn ask(shop: &Shop, queue: &ReserveQueue, asked: Vec<(OrderId, ReserveRequest)>) -> Vec<Answer> {
    let asked = asked
        .into_iter()
        .map(|(order, request)| queue.reserve(shop.now(), order, request));
    join_all(asked).await
}

fn of(shop: &Shop, product: ProductId, quantity: i64) -> ReserveRequest {
    ReserveRequest {
        lines: vec![ReservationLine {
            product_id: product,
            quantity,
        }],
        sets: Vec::new(),
        near: None,
        expires_at: shop.now() + time::Duration::minutes(20),
    }
}

#[tokio::test]
async fn those_who_wait_together_cost_as_much_as_one() {
    let shop = Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("SEAT", &[99]), ("LEG", &[990])],
    )
    .await;
    let products = shop.products().await;
    let counter = Counter::before(&shop.db.url_for("catalog_internal")).await;
    let pg = counter.pg();
    let queue = ReserveQueue::new(pg.clone());
    let asked = (0..33).map(|n| {
        let product = products[if n % 2 == 0 { "stool" } else { "table" }];
        (shop.order(), of(&shop, product, 1))
    });
    let answers = ask(&shop, &queue, asked.collect()).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(counter.take(), 6, "one alone, and thirty-two together");
    shop.assert_sound().await;
}

#[tokio::test]
async fn who_is_short_whatever_the_others_take_does_not_ask_again() {
    let shop = Shop::with(
        &[("stool", &[("SEAT", 1)]), ("table", &[("LEG", 4)])],
        &[("SEAT", &[20]), ("LEG", &[3])],
    )
    .await;
    let products = shop.products().await;
    let counter = Counter::before(&shop.db.url_for("catalog_internal")).await;
    let queue = ReserveQueue::new(counter.pg());
    let asked = (0..17).map(|n| {
        let product = products[if n % 4 == 3 { "table" } else { "stool" }];
        (shop.order(), of(&shop, product, 1))
    });
    let answers = ask(&shop, &queue, asked.collect()).await;
    for (nth, answer) in answers.iter().enumerate() {
        match answer {
            Ok(_) => assert_ne!(nth % 4, 3),
            Err(ReserveError::Short(short)) => assert_eq!((nth % 4, short[0].available), (3, 0)),
            Err(error) => panic!("{error}"),
        }
    }
    // All together take three; for each of the four that are short it is asked whether the order has come by meanwhile.
    assert_eq!(counter.take(), 3 + 4);
    assert_eq!(shop.stock("SEAT").await, [(20, 13)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn each_is_answered_for_itself() {
    let shop = Shop::with(
        &[("stool", &[("SEAT", 1)]), ("table", &[("LEG", 4)])],
        &[("SEAT", &[5]), ("LEG", &[8])],
    )
    .await;
    let products = shop.products().await;
    let (stool, table) = (products["stool"], products["table"]);
    let queue = ReserveQueue::new(shop.internal.clone());
    let before = shop.reserve(&[("stool", 1)]).await;
    let twice = shop.order();
    let asked = vec![
        (shop.order(), of(&shop, stool, 1)),
        (shop.order(), of(&shop, ProductId::new(&SystemClock), 1)),
        (before.order_id, of(&shop, table, 1)),
        (twice, of(&shop, table, 1)),
        (shop.order(), of(&shop, stool, 4)),
        (shop.order(), of(&shop, stool, i64::MAX)),
        (shop.order(), of(&shop, stool, 3)),
        (twice, of(&shop, table, 1)),
    ];
    let answers = ask(&shop, &queue, asked).await;
    assert_eq!(answers[0].as_ref().expect("there").lines[0].product_id, stool);
    let Err(ReserveError::NotForSale(unknown)) = &answers[1] else {
        panic!("{:?}", answers[1])
    };
    assert_eq!(unknown.products.len(), 1);
    assert_eq!(answers[2].as_ref().expect("as before"), &before);
    let (one, other) = (&answers[3], &answers[7]);
    assert_eq!(one.as_ref().expect("there"), other.as_ref().expect("the same"));
    // Four were wanted when three were left: none of those is kept back for it.
    for (answer, requested) in [(&answers[4], 4), (&answers[5], i64::MAX)] {
        let Err(ReserveError::Short(short)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(short[0].requested, requested);
    }
    assert_eq!(answers[6].as_ref().expect("there").lines[0].quantity, 3);
    assert_eq!(shop.stock("SEAT").await, [(5, 5)]);
    assert_eq!(shop.stock("LEG").await, [(8, 4)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_one_breaks_does_not_harm_the_others() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[5])]).await;
    let stool = shop.products().await["stool"];
    let set_id = shop.set(&[("stool", 2)]).await;
    let queue = ReserveQueue::new(shop.internal.clone());
    // More than 64 bits of stools: the statement that looks up all of them fails.
    let too_much = ReserveRequest {
        lines: Vec::new(),
        sets: vec![ReservationSet {
            set_id,
            quantity: i64::MAX,
        }],
        ..of(&shop, stool, 1)
    };
    let asked = vec![
        (shop.order(), of(&shop, stool, 2)),
        (shop.order(), too_much),
        (shop.order(), of(&shop, stool, 3)),
    ];
    let answers = ask(&shop, &queue, asked).await;
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    assert!(
        matches!(answers[1], Err(ReserveError::Database(_))),
        "{answers:?}"
    );
    assert_eq!(shop.stock("SEAT").await, [(5, 5)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn who_stops_waiting_leaves_the_others_served() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[50])]).await;
    let stool = shop.products().await["stool"];
    let queue = ReserveQueue::new(shop.internal.clone());
    let gone = shop.order();
    {
        let leaving = queue.reserve(shop.now(), gone, of(&shop, stool, 1));
        tokio::pin!(leaving);
        // Polled once, so that it stands in the queue.
        assert!(futures_util::poll!(&mut leaving).is_pending());
    }
    let asked = (0..10).map(|_| (shop.order(), of(&shop, stool, 1)));
    let answers = ask(&shop, &queue, asked.collect()).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    // Whoever asks again for the order that was left alone gets it.
    let again = queue.reserve(shop.now(), gone, of(&shop, stool, 2)).await;
    assert_eq!(again.expect("there").lines[0].quantity, 1);
    shop.assert_sound().await;
}
