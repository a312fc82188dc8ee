use std::time::Duration;

use contracts::orders::{ActorKind, OrderStatus, StatusStep};
use test_support::wait_for;

use crate::{Courier, Customer, Employee, parts, recipient};

/// Audit entries arrive by events.
const SOON: Duration = Duration::from_secs(15);

/// The steps of an order's history.
pub fn steps(history: &[StatusStep]) -> Vec<(OrderStatus, ActorKind)> {
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

/// The main job, over HTTP: from the catalogue to the doorstep, in the shop whose customers come to `site` and whose
/// employees come to `portal`. Nobody else may move its stock meanwhile.
pub async fn journey(site: &str, portal: &str) {
    let customer = Customer::new(site);
    let security = Employee::sign_in(portal, "audit.orlova").await;

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
    let warehouse = Employee::sign_in(portal, "sklad.sidorov").await;
    let order = warehouse.order(number).await;
    let bill = customer.product(wanted.id).await.components;
    let maker = Employee::sign_in(portal, "assort.volkova").await;
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
    let courier = Courier::sign_in(site, "courier.petrov").await;
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
    let other = Courier::sign_in(site, "courier.ivanova").await;
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
    assert_eq!(mine.recipient, Some(recipient()));
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
}
