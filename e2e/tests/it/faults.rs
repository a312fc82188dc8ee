//! Processes that die in the middle. Whatever happens, no stock is lost, no paid order is missing, nothing is sold
//! twice: the reconciler's invariants say so.

use std::time::Duration;

use contracts::catalog::ReservationPage;
use contracts::orders::{OrderPlaced, OrderStatus, PlaceOrder};
use e2e::{Customer, Fleet, Operator, ServiceName};
use futures_util::future::join_all;
use pg::sqlx::{self, Connection as _, PgConnection};
use test_support::wait_for;

const SOON: Duration = Duration::from_secs(20);
/// Reservations whose stock is held.
const HELD: &str = "?status=reserved";

async fn reservations(operator: &Operator) -> usize {
    reservations_that(operator, "").await
}

/// Those that a query picks.
async fn reservations_that(operator: &Operator, query: &str) -> usize {
    let page: ReservationPage = operator
        .catalog
        .get(&format!("/internal/v1/reservations{query}"))
        .await
        .expect(200);
    page.items.len()
}

/// Waits until a session of `application` waits for a lock.
async fn wait_until_blocked(watcher: &mut PgConnection, application: &str) {
    wait_for(&format!("{application} to wait for a lock"), SOON, async || {
        let blocked: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_stat_activity
              WHERE application_name = $1 AND wait_event_type = 'Lock')",
        )
        .bind(application)
        .fetch_one(&mut *watcher)
        .await
        .unwrap();
        blocked.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_is_killed_between_reservation_and_commit() {
    let mut fleet = Fleet::start(1_200).await;
    let (customer, operator) = (fleet.customer(), fleet.operator());
    let wanted = customer.product_in_stock(5).await;
    let before = customer.product(wanted.id).await.availability.total;
    let cart = customer.cart(&[(wanted.id, 2)]).await;
    let request = customer.order_request(cart, 0).await;

    // Whoever books a delivery window waits: the stock is reserved, the order is not stored.
    let mut holder = fleet.superuser("orders").await;
    let mut watcher = fleet.superuser("orders").await;
    let mut held = holder.begin().await.unwrap();
    sqlx::query("SELECT FROM delivery_slot FOR UPDATE")
        .fetch_all(&mut *held)
        .await
        .unwrap();
    let (waiting, key) = (customer.clone(), kernel::random::token());
    let (same_key, same_request) = (key.clone(), request.clone());
    let lost = tokio::spawn(async move { waiting.try_order(&same_key, &same_request).await.is_err() });
    wait_until_blocked(&mut watcher, "orders-edge").await;
    assert_eq!(reservations(&operator).await, 1);
    fleet.kill(ServiceName::Orders).await;
    assert!(lost.await.unwrap(), "the customer got no answer");
    held.rollback().await.unwrap();

    // The customer asks again with the same key, and gets one order.
    fleet.start_service(ServiceName::Orders).await;
    let order = wait_for("the order to be placed", SOON, async || {
        let answer = customer.send_order(&key, &request).await;
        (answer.status == 201).then(|| answer.json::<OrderPlaced>())
    })
    .await;
    assert_eq!(
        customer
            .send_order(&key, &request)
            .await
            .json::<OrderPlaced>()
            .number,
        order.number
    );
    assert_eq!(
        reservations(&operator).await,
        1,
        "the reservation of before is used"
    );
    customer.wait_for_stock(wanted.id, before - 2).await;
    customer.pay(&order.number).await;
    operator.expect_peace().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_whose_order_never_came_is_given_back() {
    let mut fleet = Fleet::start_impatient().await;
    let (customer, operator) = (fleet.customer(), fleet.operator());
    let wanted = customer.product_in_stock(5).await;
    let before = customer.product(wanted.id).await.availability.total;
    let cart = customer.cart(&[(wanted.id, 2)]).await;
    let request = customer.order_request(cart, 0).await;

    let mut holder = fleet.superuser("orders").await;
    let mut watcher = fleet.superuser("orders").await;
    let mut held = holder.begin().await.unwrap();
    sqlx::query("SELECT FROM delivery_slot FOR UPDATE")
        .fetch_all(&mut *held)
        .await
        .unwrap();
    let waiting = customer.clone();
    let lost = tokio::spawn(async move { waiting.try_order("abandoned", &request).await.is_err() });
    wait_until_blocked(&mut watcher, "orders-edge").await;
    assert_eq!(reservations_that(&operator, HELD).await, 1);
    fleet.kill(ServiceName::Orders).await;
    assert!(lost.await.unwrap());
    held.rollback().await.unwrap();

    // The customer never asks again: the reservation ends by itself.
    fleet.start_service(ServiceName::Orders).await;
    // Asked of the reservations first: what customers see may not know yet that stock was held.
    wait_for("the stock to be given back", SOON, async || {
        (reservations_that(&operator, HELD).await == 0).then_some(())
    })
    .await;
    customer.wait_for_stock(wanted.id, before).await;
    operator.expect_peace().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn catalog_is_killed_during_a_reservation() {
    let mut fleet = Fleet::start(1_200).await;
    let (customer, operator) = (fleet.customer(), fleet.operator());
    let wanted = customer.product_in_stock(5).await;
    let before = customer.product(wanted.id).await.availability.total;
    let cart = customer.cart(&[(wanted.id, 2)]).await;
    let request = customer.order_request(cart, 0).await;

    let mut holder = fleet.superuser("catalog").await;
    let mut watcher = fleet.superuser("catalog").await;
    let mut held = holder.begin().await.unwrap();
    sqlx::query("SELECT FROM stock FOR UPDATE")
        .fetch_all(&mut *held)
        .await
        .unwrap();
    let (waiting, key) = (customer.clone(), kernel::random::token());
    let (same_key, same_request) = (key.clone(), request.clone());
    let answered = tokio::spawn(async move { waiting.send_order(&same_key, &same_request).await });
    wait_until_blocked(&mut watcher, "catalog-internal").await;
    fleet.kill(ServiceName::Catalog).await;
    let answer = answered.await.unwrap();
    assert_eq!(answer.status, 503, "a clear answer instead of a hanging one");
    answer.problem();
    held.rollback().await.unwrap();

    fleet.start_service(ServiceName::Catalog).await;
    let order = wait_for("the order to be placed", SOON, async || {
        let answer = customer.send_order(&key, &request).await;
        (answer.status == 201).then(|| answer.json::<OrderPlaced>())
    })
    .await;
    customer.wait_for_stock(wanted.id, before - 2).await;
    customer.pay(&order.number).await;
    operator.expect_peace().await;
}

/// One customer who does not give up: the same key until there is an order. Answers its number.
async fn insist(customer: &Customer, request: &PlaceOrder) -> String {
    let key = kernel::random::token();
    let order = wait_for("the order to be placed", Duration::from_mins(1), async || {
        let answer = customer.try_order(&key, request).await.ok()?;
        assert!(
            answer.status != 409 || answer.problem() == "in-progress",
            "{answer:?}"
        );
        (answer.status == 201).then(|| answer.json::<OrderPlaced>())
    });
    order.await.number
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_killed_during_checkout() {
    let mut fleet = Fleet::start(1_200).await;
    let (customer, operator) = (fleet.customer(), fleet.operator());
    let wanted = customer.product_in_stock(8).await;
    let before = customer.product(wanted.id).await.availability.total;

    // Carts are filled before; the checkouts run into the crash.
    let requests = join_all((0..8).map(async |nth| {
        let cart = customer.cart(&[(wanted.id, 1)]).await;
        customer.order_request(cart, nth).await
    }))
    .await;
    let numbers = {
        let buyers = join_all(requests.iter().map(|request| insist(&customer, request)));
        let crash = async {
            wait_for("the first reservation", SOON, async || {
                (reservations(&operator).await > 0).then_some(())
            })
            .await;
            fleet.surroundings.postgres.kill().await.unwrap();
            fleet.surroundings.postgres.start_again().await.unwrap();
        };
        tokio::join!(buyers, crash).0
    };
    for number in &numbers {
        // The money is taken whatever happens here; the shop must find out.
        let payment = customer.start_payment(number).await;
        customer.enter_card(&payment, "4111111111111111").await;
    }
    fleet.surroundings.postgres.kill().await.unwrap();
    fleet.surroundings.postgres.start_again().await.unwrap();
    for service in [ServiceName::Catalog, ServiceName::Orders, ServiceName::Backoffice] {
        fleet.wait_until_ready(service).await;
    }
    for number in &numbers {
        wait_for(
            &format!("order {number} to be paid"),
            Duration::from_mins(1),
            async || (customer.track(number).await.status == OrderStatus::Paid).then_some(()),
        )
        .await;
    }
    customer.wait_for_stock(wanted.id, before - 8).await;
    operator.expect_peace().await;
}
