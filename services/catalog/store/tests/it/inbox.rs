use catalog_store::OrderEvents;
use contracts::orders::OrderStatus::{self, Cancelled, Created, Delivered, Paid};
use events::{CloudEvent, Handler as _, HandlerError};
use kernel::OrderId;
use time::Duration;

use crate::support::{Shop, order_event};

async fn stools() -> Shop {
    Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[4, 4])]).await
}

/// Applies a batch in one transaction, as the receiver does.
async fn apply(shop: &Shop, events: &[(OrderId, OrderStatus)]) -> Result<(), HandlerError> {
    let handler = OrderEvents::new(shop.clock.shared());
    let events: Vec<CloudEvent> = events
        .iter()
        .map(|&(order, status)| order_event(shop, order, status))
        .collect();
    shop.internal
        .run("test_events", async |mut tx: pg::Tx| {
            let events: Vec<&CloudEvent> = events.iter().collect();
            handler.handle_batch(&mut tx, &events).await
        })
        .await
}

#[tokio::test]
async fn paid_confirms_cancelled_releases_and_the_rest_is_no_business_of_ours() {
    let shop = stools().await;
    let (a, b) = (
        shop.reserve(&[("stool", 3)]).await.order_id,
        shop.reserve(&[("stool", 2)]).await.order_id,
    );
    apply(&shop, &[(a, Created), (shop.order(), Delivered)])
        .await
        .expect("ignored");
    assert_eq!(shop.stock("SEAT").await, [(4, 3), (4, 2)]);
    for _ in 0..2 {
        apply(&shop, &[(a, Paid)]).await.expect("reserved");
        apply(&shop, &[(b, Cancelled)]).await.expect("reserved");
        assert_eq!(shop.stock("SEAT").await, [(1, 0), (4, 0)]);
    }
    apply(&shop, &[(a, Cancelled)]).await.expect("confirmed");
    assert_eq!(shop.stock("SEAT").await, [(4, 0), (4, 0)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn cancelled_counts_for_more_than_paid_whichever_comes_first() {
    for events in [[Paid, Cancelled], [Cancelled, Paid]] {
        for together in [true, false] {
            let shop = stools().await;
            let order = shop.reserve(&[("stool", 3)]).await.order_id;
            let events = events.map(|status| (order, status));
            if together {
                apply(&shop, &events).await.expect("a batch");
            } else {
                apply(&shop, &events[..1]).await.expect("the first");
                apply(&shop, &events[1..]).await.expect("the second");
            }
            assert_eq!(shop.stock("SEAT").await, [(4, 0), (4, 0)]);
            shop.assert_sound().await;
        }
    }
}

#[tokio::test]
async fn an_order_nothing_was_reserved_for_is_rejected_when_paid_and_fine_when_cancelled() {
    let shop = stools().await;
    let known = shop.reserve(&[("stool", 1)]).await.order_id;
    let paid = apply(&shop, &[(shop.order(), Paid)]).await;
    assert!(
        matches!(paid, Err(HandlerError::Rejected("no-reservation"))),
        "{paid:?}"
    );
    apply(&shop, &[(shop.order(), Cancelled)])
        .await
        .expect("nothing to do");
    // In a batch it must not take the others with it: they are applied one by one after this.
    let batch = apply(&shop, &[(known, Paid), (shop.order(), Paid)]).await;
    assert!(matches!(batch, Err(HandlerError::Failed { .. })), "{batch:?}");
    assert_eq!(shop.stock("SEAT").await, [(4, 1), (4, 0)]);
}

#[tokio::test]
async fn paid_too_late_takes_what_is_there_or_waits_for_stock() {
    let shop = stools().await;
    let late = shop.reserve(&[("stool", 8)]).await.order_id;
    shop.clock.advance(Duration::hours(1));
    shop.expire().await;
    let faster = shop.reserve(&[("stool", 1)]).await.order_id;
    let short = apply(&shop, &[(late, Paid)]).await;
    assert!(
        matches!(
            short,
            Err(HandlerError::Failed {
                slug: "insufficient-stock",
                ..
            })
        ),
        "{short:?}"
    );
    shop.assert_sound().await;
    apply(&shop, &[(faster, Cancelled)]).await.expect("reserved");
    apply(&shop, &[(late, Paid)]).await.expect("sent again");
    assert_eq!(shop.stock("SEAT").await, [(0, 0), (0, 0)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_payload_of_the_wrong_shape_is_rejected() {
    let shop = stools().await;
    let mut event = order_event(&shop, shop.order(), Paid);
    event.data = serde_json::value::to_raw_value(&serde_json::json!({"order_id": 7})).expect("JSON");
    let handler = OrderEvents::new(shop.clock.shared());
    let done = shop
        .internal
        .run("test_events", async |mut tx: pg::Tx| {
            handler.handle(&mut tx, &event).await
        })
        .await;
    assert!(
        matches!(done, Err(HandlerError::Rejected("bad-payload"))),
        "{done:?}"
    );
}
