use contracts::catalog::ReservationStatus;
use contracts::orders::{Cart, OrderPlaced};
use reqwest::StatusCode;
use serde_json::json;
use time::Duration;

use crate::world::World;

async fn sql(world: &World, statement: &'static str) {
    pg::sqlx::raw_sql(statement)
        .execute(world.db.admin())
        .await
        .expect("the statement is sound");
}

async fn orders(world: &World) -> i64 {
    pg::sqlx::query_scalar("SELECT count(*) FROM orders")
        .fetch_one(world.db.admin())
        .await
        .expect("orders can be counted")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_places_one_order_however_often_it_is_sent() {
    let world = World::open().await;
    let shelf = world.catalog.product(5);
    let cart = world.cart(&[(shelf, 1)]).await;
    let body = world.order_body(cart).await;
    let first: OrderPlaced = world.place("key", &body).await.read();
    // The answer was lost; the cart is empty by now, and catalog may be down.
    world.catalog.set_down(true);
    let second: OrderPlaced = world.place("key", &body).await.read();
    assert_eq!(second, first);
    world.catalog.set_down(false);
    assert_eq!((orders(&world).await, world.catalog.stock(shelf)), (1, 4));

    let mut other = body.clone();
    other["recipient"]["name"] = json!("Пётр Петров");
    let refused = world.place("key", &other).await;
    assert_eq!(
        (refused.status.as_u16(), refused.slug().as_str()),
        (422, "idempotency-key-reused")
    );
    let missing = world.post("/orders", &body).await;
    assert_eq!(
        (missing.status.as_u16(), missing.slug().as_str()),
        (400, "idempotency-key-missing")
    );
    let odd = world.place("with space", &body).await;
    assert_eq!(
        (odd.status.as_u16(), odd.fields()),
        (422, vec!["Idempotency-Key".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_equal_requests_at_once_place_one_order() {
    let world = World::open().await;
    let shelf = world.catalog.product(50);
    let cart = world.cart(&[(shelf, 1)]).await;
    let body = world.order_body(cart).await;
    let answers = futures_util::future::join_all((0..20).map(|_| world.place("key", &body))).await;
    let mut numbers = std::collections::HashSet::new();
    for answer in answers {
        match (answer.status, answer.slug().as_str()) {
            (StatusCode::CREATED, _) => drop(numbers.insert(answer.read::<OrderPlaced>().number)),
            (StatusCode::CONFLICT, "in-progress") => {}
            _ => panic!("{answer:?}"),
        }
    }
    assert_eq!(numbers.len(), 1);
    assert_eq!((orders(&world).await, world.catalog.stock(shelf)), (1, 49));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_order_gives_its_stock_back_and_may_be_tried_again_with_its_key() {
    let world = World::open().await;
    let shelf = world.catalog.product(5);
    let cart = world.cart(&[(shelf, 2)]).await;
    let body = world.order_body(cart).await;
    sql(&world, "UPDATE delivery_slot SET capacity = 0").await;
    let refused = world.place("key", &body).await;
    assert_eq!(
        (refused.status.as_u16(), refused.slug().as_str()),
        (409, "slot-taken")
    );
    assert_eq!((orders(&world).await, world.catalog.stock(shelf)), (0, 5));

    // A request that died in the middle leaves its lease behind.
    sql(
        &world,
        "UPDATE delivery_slot SET capacity = 5;
         UPDATE order_attempt SET lease = gen_random_uuid(), leased_until = '2026-03-02 09:00:15 UTC'",
    )
    .await;
    let busy = world.place("key", &body).await;
    assert_eq!((busy.status.as_u16(), busy.slug().as_str()), (409, "in-progress"));
    world.clock.advance(Duration::seconds(15));
    let placed: OrderPlaced = world.place("key", &body).await.read();
    assert_eq!(placed.lines[0].quantity, 2);
    assert_eq!((orders(&world).await, world.catalog.stock(shelf)), (1, 3));
    let mut held = world.catalog.statuses();
    held.sort_by_key(|status| *status as u8);
    assert_eq!(held, [ReservationStatus::Reserved, ReservationStatus::Released]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_left_by_a_crash_is_used_by_the_repeated_request() {
    let world = World::open().await;
    let shelf = world.catalog.product(5);
    let cart = world.cart(&[(shelf, 2)]).await;
    let body = world.order_body(cart).await;
    // The database refuses the order after the stock was reserved, as a crash between the two would.
    sql(
        &world,
        "ALTER TABLE orders ADD CONSTRAINT broken CHECK (false) NOT VALID",
    )
    .await;
    let failed = world.place("key", &body).await;
    assert_eq!(
        (failed.status.as_u16(), failed.slug().as_str()),
        (500, "internal")
    );
    assert!(
        !failed.text.contains("broken"),
        "internals are not shown: {failed:?}"
    );
    assert_eq!(
        world.catalog.stock(shelf),
        3,
        "nobody knows how it ended, so the stock stays held"
    );
    sql(&world, "ALTER TABLE orders DROP CONSTRAINT broken").await;
    let _: OrderPlaced = world.place("key", &body).await.read();
    assert_eq!(
        (world.catalog.stock(shelf), world.catalog.statuses().len()),
        (3, 1)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_cannot_be_ordered() {
    let world = World::open().await;
    let (shelf, table) = (world.catalog.product(3), world.catalog.product(1));
    let cart = world.cart(&[(shelf, 3), (table, 1)]).await;
    let more = world.put_line(cart, shelf, json!({ "quantity": 4 })).await;
    assert_eq!(
        (more.status.as_u16(), more.slug().as_str()),
        (409, "insufficient-stock")
    );
    assert_eq!(more.json()["shortages"][0]["available"], 3);

    let body = world.order_body(cart).await;
    let other = world.cart(&[(shelf, 2)]).await;
    let other = world.order_body(other).await;
    let _: OrderPlaced = world.place("other", &other).await.read();
    let short = world.place("key", &body).await;
    assert_eq!(
        (short.status.as_u16(), short.slug().as_str()),
        (409, "insufficient-stock")
    );
    assert_eq!(short.json()["shortages"][0]["requested"], 3);
    assert_eq!(short.json()["shortages"][0]["available"], 1);
    assert_eq!(
        world.catalog.stock(table),
        1,
        "nothing of a refused order is held"
    );

    world.catalog.forget(table);
    // Product data are cached for a second of real time.
    let left: Cart =
        test_support::wait_for("the product to leave the cart", crate::world::SOON, async || {
            let cart: Cart = world.get(&format!("/carts/{cart}")).await.read();
            (cart.lines.len() == 1).then_some(cart)
        })
        .await;
    assert!(!left.can_order);
    let gone = world.put_line(cart, table, json!({ "quantity": 1 })).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_catalog_nothing_is_placed_and_the_answer_says_so() {
    let world = World::open().await;
    let shelf = world.catalog.product(3);
    let cart = world.cart(&[(shelf, 1)]).await;
    let body = world.order_body(cart).await;
    world.catalog.set_down(true);
    let refused = world.place("key", &body).await;
    assert_eq!(
        (refused.status.as_u16(), refused.slug().as_str()),
        (503, "unavailable")
    );
    world.catalog.set_down(false);
    // The client takes a replica that failed back after its probation.
    let placed = test_support::wait_for("catalog to be asked again", crate::world::SOON, async || {
        let answer = world.place("key", &body).await;
        (answer.status == StatusCode::CREATED).then(|| answer.read::<OrderPlaced>())
    });
    assert_eq!(placed.await.lines.len(), 1);
    assert_eq!((orders(&world).await, world.catalog.stock(shelf)), (1, 2));
}
