//! The main job, over HTTP: from the catalogue to the doorstep.

use contracts::orders::{ActorKind, NotDeliveredReason, OrderStatus};
use e2e::{Courier, Customer, Employee, InOneProcess, Operator, journey, steps};

#[tokio::test]
async fn an_order_goes_from_the_catalogue_to_the_doorstep() {
    // A shop of its own, so that nobody else moves the stock.
    let shop = InOneProcess::open(1_200);
    journey(&shop.wiring().customers_url(), &shop.wiring().portal_url()).await;
    Operator::new(shop.wiring()).expect_peace().await;
}

#[tokio::test]
async fn an_order_that_cannot_be_handed_over_says_why_and_whom_to_call() {
    let shop = InOneProcess::shared();
    let site = shop.wiring().customers_url();
    let customer = Customer::new(&site);
    let wanted = customer.product_in_stock(4).await;
    let number = customer.order(&[(wanted.id, 1)]).await.order.number;
    customer.pay(&number).await;
    Employee::sign_in(&shop.wiring().portal_url(), "sklad.sidorov")
        .await
        .ready(&number)
        .await
        .expect_status(204);

    let courier = Courier::sign_in(&site, "courier.petrov").await;
    courier.claim(&number).await.expect_status(204);
    courier.release(&number).await.expect_status(204);
    assert_eq!(
        customer.track(&number).await.status,
        OrderStatus::ReadyToShip,
        "given back to the list"
    );
    courier.claim(&number).await.expect_status(204);
    courier
        .not_delivered(&number, NotDeliveredReason::NobodyHome)
        .await
        .expect_status(204);

    let tracking = customer.track(&number).await;
    assert_eq!(tracking.status, OrderStatus::NotDelivered);
    let info = tracking.not_delivered.expect("the reason is shown (ORD-1)");
    assert_eq!(info.reason, NotDeliveredReason::NobodyHome);
    assert!(!info.operator_phone.is_empty());
}

#[tokio::test]
async fn an_order_that_is_not_paid_is_cancelled_and_its_stock_comes_back() {
    let shop = InOneProcess::open(2);
    let customer = Customer::new(shop.wiring().customers_url());
    let wanted = customer.product_in_stock(3).await;
    let before = customer.product(wanted.id).await.availability.total;
    let number = customer.order(&[(wanted.id, 3)]).await.order.number;
    let tracking = customer.wait_for_status(&number, OrderStatus::Cancelled).await;
    assert_eq!(
        steps(&tracking.history).last(),
        Some(&(OrderStatus::Cancelled, ActorKind::System))
    );
    customer.wait_for_stock(wanted.id, before).await;
    Operator::new(shop.wiring()).expect_peace().await;
}
