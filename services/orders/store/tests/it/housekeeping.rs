use kernel::{CartId, ProductId};
use orders_domain::Status;
use orders_store::CartLine;
use time::Duration;

use crate::support::{START, Shop};

#[tokio::test]
async fn old_rows_go_however_many_there_are() {
    let shop = Shop::open().await;
    for table in [
        "INSERT INTO cart (id, created_at) SELECT gen_random_uuid(), $1 FROM generate_series(1, 5001)",
        "INSERT INTO order_attempt (idempotency_key, fingerprint, order_id, created_at)
         SELECT n::text, '', gen_random_uuid(), $1 FROM generate_series(1, 5001) n",
    ] {
        sqlx::query(table)
            .bind(START)
            .execute(shop.db.admin())
            .await
            .expect("old rows");
    }
    for (before, want) in [
        (START, 0),
        (START + Duration::SECOND, 5_001),
        (START + Duration::SECOND, 0),
    ] {
        let carts = shop.internal.delete_old_carts(before).await.expect("answers");
        let attempts = shop.internal.delete_old_attempts(before).await.expect("answers");
        assert_eq!((carts, attempts), (want, want));
    }
}

#[tokio::test]
async fn an_old_cart_that_is_still_used_stays() {
    let shop = Shop::open().await;
    let cart = CartId::new(&shop.clock);
    shop.edge.create_cart(cart, START).await.expect("made");
    let line = CartLine {
        product_id: ProductId::new(&shop.clock),
        quantity: 1,
    };
    let used = START + Duration::days(29);
    shop.edge.put_line(cart, line, used).await.expect("put");
    let before = START + Duration::days(1);
    assert_eq!(shop.internal.delete_old_carts(before).await.expect("answers"), 0);
    let before = used + Duration::SECOND;
    assert_eq!(shop.internal.delete_old_carts(before).await.expect("answers"), 1);
    assert_eq!(shop.edge.cart(cart).await.expect("answers"), None);
}

/// What a rollout is decided on (OBS-1): an order counts as paid whatever came later, and only for an hour.
#[tokio::test]
async fn the_last_hours_orders_are_counted() {
    let shop = Shop::open().await;
    let hour = async || {
        let hour = shop.internal.last_hour().await.expect("answers");
        (hour.placed, hour.paid)
    };
    assert_eq!(hour().await, (0, 0));
    shop.placed().await;
    shop.paid().await;
    shop.order_in(Status::Delivered).await;
    assert_eq!(hour().await, (3, 2));
    shop.clock.advance(Duration::HOUR + Duration::MINUTE);
    shop.placed().await;
    assert_eq!(hour().await, (1, 0));
}
