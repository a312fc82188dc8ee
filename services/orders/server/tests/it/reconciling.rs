use contracts::catalog::ReservationStatus;
use contracts::orders::OrderStatus;
use pg::sqlx;
use test_support::wait_for;
use time::Duration;

use crate::world::{SOON, World};

async fn confirmed(world: &World, order: kernel::OrderId) {
    wait_for("catalog to hear of the payment", SOON, async || {
        (world.catalog.status(order) == Some(ReservationStatus::Confirmed)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_young_is_left_alone_and_what_is_right_is_not_found() {
    let world = World::open().await;
    let order = world.paid().await;
    confirmed(&world, world.id(&order.number).await).await;
    for _ in 0..4 {
        world.placed().await;
    }
    assert_eq!(world.reconcile(true).await, []);
    world.clock.advance(Duration::minutes(10));
    assert_eq!(world.reconcile(true).await, []);
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Paid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_without_an_order_is_given_back() {
    let world = World::open().await;
    let shelf = world.catalog.product(5);
    let cart = world.cart(&[(shelf, 2)]).await;
    let body = world.order_body(cart).await;
    sqlx::raw_sql("ALTER TABLE orders ADD CONSTRAINT broken CHECK (false) NOT VALID")
        .execute(world.db.admin())
        .await
        .expect("the statement is sound");
    assert_eq!(world.place("key", &body).await.status.as_u16(), 500);
    assert_eq!(world.catalog.stock(shelf), 3);
    assert_eq!(
        world.reconcile(true).await,
        [],
        "the request may still be repeated"
    );
    world.clock.advance(Duration::minutes(2));
    assert_eq!(
        world.reconcile(false).await,
        [("orphan_reservation".to_owned(), false)]
    );
    assert_eq!(world.catalog.stock(shelf), 3, "looking changes nothing");
    assert_eq!(
        world.reconcile(true).await,
        [("orphan_reservation".to_owned(), true)]
    );
    assert_eq!(world.catalog.stock(shelf), 5);
    assert_eq!(world.reconcile(false).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_that_catalog_never_got_are_made_up_for() {
    let world = World::open().await;
    world.catalog.set_deaf(true);
    let paid = world.paid().await;
    let unpaid = world.placed().await;
    let (paid_id, unpaid_id) = (world.id(&paid.number).await, world.id(&unpaid.number).await);
    world.clock.advance(Duration::minutes(20));
    world
        .wait_for_status(&unpaid.number, OrderStatus::Cancelled)
        .await;
    assert_eq!(world.catalog.status(paid_id), Some(ReservationStatus::Reserved));
    assert_eq!(world.catalog.status(unpaid_id), Some(ReservationStatus::Reserved));

    world.clock.advance(Duration::minutes(1));
    let mut found = world.reconcile(true).await;
    found.sort();
    let want = ["cancelled_with_reservation", "paid_unconfirmed"];
    assert_eq!(found, want.map(|rule| (rule.to_owned(), true)));
    assert_eq!(world.catalog.status(paid_id), Some(ReservationStatus::Confirmed));
    assert_eq!(world.catalog.status(unpaid_id), Some(ReservationStatus::Released));
    assert_eq!(world.reconcile(true).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpaid_order_without_stock_is_cancelled_and_a_paid_one_needs_a_person() {
    let world = World::open().await;
    let (unpaid, paid) = (world.placed().await, world.paid().await);
    let (unpaid_id, paid_id) = (world.id(&unpaid.number).await, world.id(&paid.number).await);
    confirmed(&world, paid_id).await;
    world.catalog.settle(unpaid_id, ReservationStatus::Released);
    world.catalog.settle(paid_id, ReservationStatus::Released);
    world.clock.advance(Duration::minutes(1));
    let mut found = world.reconcile(true).await;
    found.sort();
    let want = [
        ("order_without_reservation", true),
        ("paid_without_reservation", false),
    ];
    assert_eq!(found, want.map(|(rule, repaired)| (rule.to_owned(), repaired)));
    assert_eq!(world.track(&unpaid.number).await.status, OrderStatus::Cancelled);
    assert_eq!(world.track(&paid.number).await.status, OrderStatus::Paid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breaches_inside_the_database_are_found() {
    let world = World::open().await;
    let order = world.paid().await;
    confirmed(&world, world.id(&order.number).await).await;
    sqlx::raw_sql(
        "UPDATE delivery_slot SET taken = taken + 1 WHERE taken > 0;
         UPDATE order_line SET quantity = quantity + 1;
         UPDATE orders SET status = 'delivered';
         UPDATE payment SET status = 'canceled'",
    )
    .execute(world.db.admin())
    .await
    .expect("the statements are sound");
    let mut rules: Vec<String> = world
        .reconcile(true)
        .await
        .into_iter()
        .map(|(rule, _)| rule)
        .collect();
    rules.sort();
    assert_eq!(rules, ["goods", "history", "paid_without_payment", "slot_places"]);
}
