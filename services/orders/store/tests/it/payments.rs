use kernel::{Money, PaymentId};
use orders_domain::Status;
use orders_store::{PaymentState, Settled, Settlement, StartPayment, StartPaymentError};
use time::Duration;

use crate::support::{Placed, Shop};

async fn start(
    shop: &Shop,
    order: &Placed,
    key: &str,
) -> Result<orders_store::PaymentRow, StartPaymentError> {
    let id = PaymentId::new(&*shop.clock.shared());
    let start = StartPayment {
        number: &order.number,
        key,
        id,
        return_path: "/x",
    };
    shop.edge.start_payment(&start).await
}

async fn settle(shop: &Shop, payment: PaymentId, settlement: Settlement) -> Settled {
    let provider_id = format!("p-{payment}");
    shop.edge
        .settle(payment, &provider_id, settlement)
        .await
        .expect("the database answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_has_one_pending_payment_however_often_it_is_started() {
    let shop = Shop::open().await;
    let order = shop.placed().await;
    let keys: Vec<String> = (0..16).map(|n| format!("key-{n}")).collect();
    let started = futures_util::future::join_all(keys.iter().map(|key| start(&shop, &order, key))).await;
    let ids: std::collections::HashSet<_> = started
        .into_iter()
        .map(|payment| payment.expect("started").id.uuid())
        .collect();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn after_a_payment_that_came_to_nothing_a_new_key_starts_a_new_one() {
    let shop = Shop::open().await;
    let order = shop.placed().await;
    let first = start(&shop, &order, "a").await.expect("started");
    assert_eq!(
        settle(&shop, first.id, Settlement::Canceled).await,
        Settled::Canceled
    );
    let again = start(&shop, &order, "a").await.expect("answered");
    assert_eq!(
        (again.id, again.state),
        (first.id, PaymentState::Canceled),
        "the same key, the same payment"
    );
    let second = start(&shop, &order, "b").await.expect("started");
    assert_ne!(second.id, first.id);
    let paid = settle(&shop, second.id, Settlement::Succeeded(second.amount)).await;
    assert!(matches!(paid, Settled::Paid(_)));
    assert!(matches!(
        start(&shop, &order, "c").await,
        Err(StartPaymentError::NotPayable)
    ));
    let known = start(&shop, &order, "b").await.expect("answered");
    assert_eq!(known.state, PaymentState::Succeeded);
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_cannot_be_paid_has_no_payment() {
    let shop = Shop::open().await;
    let order = shop.placed().await;
    start(&shop, &order, "a").await.expect("started");
    shop.clock.advance(Duration::minutes(20));
    for key in ["a", "b"] {
        assert!(
            matches!(
                start(&shop, &order, key).await,
                Err(StartPaymentError::NotPayable)
            ),
            "{key}"
        );
    }
    let nobodys = Placed {
        id: order.id,
        number: "0000-0000-0000".to_owned(),
    };
    assert!(matches!(
        start(&shop, &nobodys, "a").await,
        Err(StartPaymentError::NotFound)
    ));
}

#[tokio::test]
async fn messages_that_come_twice_late_or_wrong_change_nothing() {
    let shop = Shop::open().await;
    let order = shop.placed().await;
    let (payment, _, amount) = shop.started(&order).await;
    let little = Money::rub(1);
    assert_eq!(
        settle(&shop, payment, Settlement::Succeeded(little)).await,
        Settled::WrongAmount
    );
    assert_eq!(shop.status(&order).await, Status::Created);
    let stranger = shop
        .edge
        .settle(payment, "p-other", Settlement::Succeeded(amount))
        .await;
    assert_eq!(stranger.expect("answers"), Settled::Unknown);
    let nobodys = PaymentId::from(kernel::random::uuid());
    assert_eq!(
        settle(&shop, nobodys, Settlement::Succeeded(amount)).await,
        Settled::Unknown
    );

    assert!(matches!(
        settle(&shop, payment, Settlement::Succeeded(amount)).await,
        Settled::Paid(_)
    ));
    assert_eq!(
        settle(&shop, payment, Settlement::Succeeded(amount)).await,
        Settled::Already
    );
    assert_eq!(
        settle(&shop, payment, Settlement::Canceled).await,
        Settled::Already
    );
    assert_eq!(shop.status(&order).await, Status::Paid);
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn payment_and_deadline_at_once_end_paid_or_cancelled_with_the_money_due() {
    let shop = Shop::open().await;
    let (mut paid, mut cancelled) = (0, 0);
    for round in 0..30 {
        let order = shop.placed().await;
        let (payment, provider_id, amount) = shop.started(&order).await;
        let settle = shop
            .edge
            .settle(payment, &provider_id, Settlement::Succeeded(amount));
        let expire = shop.internal.cancel_unpaid(order.id);
        // The first in the list is polled first, so both get their chance to be early.
        let (settled, expired) = if round % 2 == 0 {
            tokio::join!(settle, expire)
        } else {
            let (expired, settled) = tokio::join!(expire, settle);
            (settled, expired)
        };
        let due = shop.internal.refunds_due().await.expect("answers");
        let due = due.iter().any(|due| due.id == payment);
        match (settled.expect("answers"), expired.expect("answers")) {
            (Settled::Paid(_), false) => {
                paid += 1;
                assert_eq!((shop.status(&order).await, due), (Status::Paid, false));
            }
            (Settled::RefundDue, true) => {
                cancelled += 1;
                assert_eq!((shop.status(&order).await, due), (Status::Cancelled, true));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(paid + cancelled, 30);
    shop.assert_sound().await;
}

#[tokio::test]
async fn money_for_a_cancelled_order_is_due_once() {
    let shop = Shop::open().await;
    let order = shop.placed().await;
    let (payment, _, amount) = shop.started(&order).await;
    assert!(shop.internal.cancel_unpaid(order.id).await.expect("answers"));
    assert!(!shop.internal.cancel_unpaid(order.id).await.expect("answers"));
    assert_eq!(
        settle(&shop, payment, Settlement::Succeeded(amount)).await,
        Settled::RefundDue
    );
    assert_eq!(
        settle(&shop, payment, Settlement::Succeeded(amount)).await,
        Settled::Already
    );
    assert_eq!(shop.internal.refunds_due().await.expect("answers").len(), 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn payments_without_news_are_looked_at_in_turn() {
    let shop = Shop::open().await;
    let order = shop.placed().await;
    let (payment, ..) = shop.started(&order).await;
    let pause = Duration::seconds(20);
    let take = || async {
        shop.internal
            .take_unchecked_payments(pause)
            .await
            .expect("answers")
    };
    assert_eq!(take().await, []);
    shop.clock.advance(pause);
    let taken = take().await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].id, payment);
    assert_eq!(take().await, [], "it was asked about just now");
    // An hour old, it is asked about every quarter of an hour.
    shop.clock.advance(Duration::hours(1));
    assert_eq!(take().await.len(), 1);
    shop.clock.advance(Duration::minutes(14));
    assert_eq!(take().await, []);
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(take().await.len(), 1);
}
