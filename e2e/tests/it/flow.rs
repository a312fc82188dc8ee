//! The main job, over HTTP: from the catalogue to the doorstep.

use std::time::Duration;

use contracts::orders::{ActorKind, NotDeliveredReason, OrderStatus, StatusStep};
use e2e::{Courier, Customer, Employee, InOneProcess, Operator, parts};
use test_support::wait_for;

/// Audit entries arrive by events.
const SOON: Duration = Duration::from_secs(15);

fn steps(history: &[StatusStep]) -> Vec<(OrderStatus, ActorKind)> {
    history.iter().map(|step| (step.status, step.by)).collect()
}

async fn wait_for_audit(security: &Employee, subject: &str, actions: &[&str]) {
    let what = format!("audit of {subject}: {actions:?}");
    wait_for(&what, SOON, async || {
        let mut entries = security.audit(subject).await;
        entries.reverse();
        let seen: Vec<String> = entries.into_iter().map(|entry| entry.action).collect();
        (seen == actions).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_order_goes_from_the_catalogue_to_the_doorstep() {
    // A shop of its own, so that nobody else moves the stock.
    let shop = InOneProcess::open(1_200);
    let (site, portal) = (shop.wiring().customers_url(), shop.wiring().portal_url());
    let customer = Customer::new(&site);
    let security = Employee::sign_in(&portal, "audit.orlova").await;

    // Browse, and order two.
    let wanted = customer.product_in_stock(4).await;
    let before = customer.product(wanted.id).await.availability.total;
    let placed = customer.order(&[(wanted.id, 2)]).await.order;
    let number = placed.number.as_str();
    assert_eq!(placed.status, OrderStatus::Created);
    assert_eq!(placed.total.amount, placed.goods.amount + placed.delivery.amount);
    assert_eq!(
        placed.goods.amount,
        wanted.price.expect("it has a price").amount * 2
    );
    customer.wait_for_stock(wanted.id, before - 2).await;

    // Pay. The stock does not change again.
    let tracking = customer.pay(number).await;
    assert_eq!(
        steps(&tracking.history),
        [
            (OrderStatus::Created, ActorKind::Customer),
            (OrderStatus::Paid, ActorKind::Payment),
        ]
    );
    assert_eq!(tracking.pay_before, None);

    // Pack.
    let warehouse = Employee::sign_in(&portal, "sklad.sidorov").await;
    let order = warehouse.order(number).await;
    let bill = customer.product(wanted.id).await.components;
    let maker = Employee::sign_in(&portal, "assort.volkova").await;
    for (sku, pieces) in parts(&maker, &bill).await.into_values() {
        let picks = order.picks.as_ref().expect("catalog answers");
        let taken: i64 = picks
            .iter()
            .filter(|pick| pick.sku == sku)
            .map(|pick| pick.quantity)
            .sum();
        assert_eq!(taken, 2 * pieces, "{sku}");
    }
    warehouse.ready(number).await.expect_status(204);
    let problem = warehouse.ready(number).await;
    assert_eq!(
        (problem.status.as_u16(), problem.problem().as_str()),
        (409, "status-conflict")
    );

    // Deliver.
    let courier = Courier::sign_in(&site, "courier.petrov").await;
    let free = courier
        .available()
        .await
        .into_iter()
        .find(|order| order.number == number)
        .expect("it waits");
    assert!(
        free.recipient.is_none() && free.address.is_none(),
        "not before it is claimed (COU-2)"
    );
    courier.claim(number).await.expect_status(204);
    let other = Courier::sign_in(&site, "courier.ivanova").await;
    assert_eq!(
        other.claim(number).await.status,
        409,
        "two couriers never get the same order (COU-1)"
    );
    let mine = courier
        .mine()
        .await
        .into_iter()
        .find(|order| order.number == number)
        .expect("it is mine");
    assert_eq!(mine.recipient, Some(e2e::recipient()));
    courier.delivered(number).await.expect_status(204);

    let tracking = customer.track(number).await;
    assert_eq!(
        steps(&tracking.history),
        [
            (OrderStatus::Created, ActorKind::Customer),
            (OrderStatus::Paid, ActorKind::Payment),
            (OrderStatus::ReadyToShip, ActorKind::Employee),
            (OrderStatus::InDelivery, ActorKind::Courier),
            (OrderStatus::Delivered, ActorKind::Courier),
        ]
    );
    customer.wait_for_stock(wanted.id, before - 2).await;
    let audit = [
        "order.created",
        "order.paid",
        "order.ready_to_ship",
        "order.in_delivery",
        "order.delivered",
    ];
    wait_for_audit(&security, number, &audit).await;
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
