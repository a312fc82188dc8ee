use std::sync::Arc;

use kernel::SlotId;
use orders_store::{BeginAttempt, PlaceError};
use time::Duration;

use crate::support::{START, Shop};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_orders_for_a_window_of_seven_fill_it_exactly() {
    let shop = Shop::open().await;
    let slot = shop.slot(7).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let shop = Arc::clone(&shop);
        tasks.spawn(async move {
            let order = shop.new_order(slot).await;
            let placed = shop.edge.place(&order).await;
            let cart = shop.edge.cart(order.cart_id).await.expect("the database answers");
            (placed, cart.expect("the cart stays").len())
        });
    }
    let (mut placed, mut refused) = (0, 0);
    for (result, left_in_cart) in tasks.join_all().await {
        match result {
            Ok(_) => {
                placed += 1;
                assert_eq!(left_in_cart, 0, "an order leaves its cart empty");
            }
            Err(PlaceError::SlotTaken) => {
                refused += 1;
                assert_eq!(left_in_cart, 1, "a refused order leaves its cart alone");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((placed, refused), (7, 43));
    assert_eq!(shop.taken(slot).await, 7);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_cart_becomes_one_order() {
    let shop = Shop::open().await;
    let slot = shop.slot(5).await;
    let order = shop.new_order(slot).await;
    shop.edge.place(&order).await.expect("placed");
    assert!(matches!(
        shop.edge.place(&order).await,
        Err(PlaceError::CartChanged)
    ));
    // The same id with a cart that is full again.
    shop.edge
        .put_line(order.cart_id, order.cart[0], START)
        .await
        .expect("a line");
    assert!(matches!(shop.edge.place(&order).await, Err(PlaceError::Exists)));
    assert_eq!(shop.taken(slot).await, 1);
    let cart = shop.edge.cart(order.cart_id).await.expect("the database answers");
    assert_eq!(
        cart.expect("the cart stays"),
        order.cart,
        "a refused order takes nothing out of the cart"
    );
}

#[tokio::test]
async fn two_orders_from_one_cart_at_once_are_one() {
    let shop = Shop::open().await;
    let slot = shop.slot(5).await;
    let first = shop.new_order(slot).await;
    let mut second = first.clone();
    second.id = shop.new_order(slot).await.id;
    second.number = kernel::random::order_number();
    let (one, other) = tokio::join!(shop.edge.place(&first), shop.edge.place(&second));
    let refused = match (one, other) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
        both => panic!("{both:?}"),
    };
    assert!(matches!(refused, PlaceError::CartChanged), "{refused:?}");
    shop.assert_sound().await;
}

#[tokio::test]
async fn windows_that_cannot_be_chosen_are_refused() {
    let shop = Shop::open().await;
    let slot = shop.slot(5).await;
    let mut order = shop.new_order(slot).await;
    order.slots_after = START + Duration::days(30);
    assert!(
        matches!(shop.edge.place(&order).await, Err(PlaceError::SlotTaken)),
        "too early"
    );
    order.slots_after = START;
    order.slot_id = SlotId::from(kernel::random::uuid());
    assert!(
        matches!(shop.edge.place(&order).await, Err(PlaceError::SlotTaken)),
        "unknown"
    );
    order.slot_id = slot;
    order.parcel.litres = 12_000 * 6;
    assert!(
        matches!(shop.edge.place(&order).await, Err(PlaceError::SlotTaken)),
        "too large"
    );
    assert_eq!(shop.taken(slot).await, 0);
}

#[tokio::test]
async fn a_key_is_worked_on_by_one_request_until_its_lease_is_over() {
    let shop = Shop::open().await;
    let slot = shop.slot(5).await;
    let order = shop.new_order(slot).await;
    let begin = |lease, fingerprint: &'static [u8], now| {
        let shop = Arc::clone(&shop);
        async move {
            let begin = BeginAttempt {
                key: "key",
                fingerprint,
                order_id: kernel::OrderId::from(kernel::random::uuid()),
                lease,
                now,
                leased_until: now + Duration::seconds(15),
            };
            shop.edge
                .begin_attempt(&begin)
                .await
                .expect("the database answers")
        }
    };
    let (first, second) = (kernel::random::uuid(), kernel::random::uuid());
    let mine = begin(first, b"a", START).await;
    assert!(mine.ours && mine.same_request && !mine.placed);
    let other = begin(second, b"a", START + Duration::seconds(14)).await;
    assert!(!other.ours, "the lease holds");
    assert_eq!(other.order_id, mine.order_id);
    assert!(!begin(second, b"b", START).await.same_request);
    let late = begin(second, b"a", START + Duration::seconds(15)).await;
    assert!(
        late.ours && late.order_id == mine.order_id,
        "a crashed request is taken over"
    );
    assert!(
        !shop
            .edge
            .renew_attempt("key", first, order.id)
            .await
            .expect("answers"),
        "not the holder"
    );
    assert!(
        shop.edge
            .renew_attempt("key", second, order.id)
            .await
            .expect("answers")
    );
    shop.edge.end_attempt("key", second).await.expect("answers");
    assert!(
        begin(first, b"a", START + Duration::seconds(15)).await.ours,
        "ended leases are free at once"
    );
    shop.edge.place(&order).await.expect("placed");
    assert!(begin(second, b"a", START + Duration::seconds(16)).await.placed);
}
