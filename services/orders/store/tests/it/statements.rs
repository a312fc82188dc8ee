//! Statements per operation, counted by the server: each one is a round trip in the busiest path of the shop.

use kernel::PaymentId;
use orders_domain::{Actor, Move, Status};
use orders_store::{BeginAttempt, Settlement, StartPayment};
use time::Duration;

use crate::support::{START, Shop};

/// Forgets what a role has sent to this test's database. Old counts are no base to subtract from: the server keeps a
/// limited number, and other tests' push them out.
async fn forget(shop: &Shop, role: &str) {
    sqlx::query(
        "SELECT pg_stat_statements_reset(r.oid, d.oid, 0) FROM pg_database d, pg_roles r
         WHERE d.datname = current_database() AND r.rolname = $1",
    )
    .bind(role)
    .execute(shop.db.admin())
    .await
    .expect("a superuser may reset the counts");
}

/// How many statements a role has sent to this test's database since then, `BEGIN` and `COMMIT` among them.
async fn sent(shop: &Shop, role: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT coalesce(sum(s.calls), 0)::bigint FROM pg_stat_statements s
         JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.userid
         WHERE d.datname = current_database() AND r.rolname = $1",
    )
    .bind(role)
    .fetch_one(shop.db.admin())
    .await
    .expect("the tests' server loads pg_stat_statements (shared_preload_libraries)")
}

#[tokio::test]
async fn each_operation_sends_as_many_statements_as_it_promises() {
    let shop = Shop::open().await;
    sqlx::query("CREATE EXTENSION pg_stat_statements")
        .execute(shop.db.admin())
        .await
        .expect("the tests' server has pg_stat_statements");
    let slot = shop.slot(5).await;
    let order = shop.new_order(slot).await;
    let mut counted = Vec::new();
    macro_rules! count {
        ($name:literal, $operation:expr) => {{
            forget(&shop, "orders_edge").await;
            let value = $operation.await.expect($name);
            counted.push(($name, sent(&shop, "orders_edge").await));
            value
        }};
    }

    let line = order.cart[0];
    count!("put a line", shop.edge.put_line(order.cart_id, line, START));
    count!("read a cart", shop.edge.cart(order.cart_id));
    let begin = BeginAttempt {
        key: "key",
        fingerprint: b"f",
        order_id: order.id,
        lease: kernel::random::uuid(),
        now: START,
        leased_until: START + Duration::seconds(15),
    };
    count!("begin an attempt", shop.edge.begin_attempt(&begin));
    count!("place", shop.edge.place(&order));
    let start = StartPayment {
        number: &order.number,
        key: "pay",
        id: PaymentId::new(&*shop.clock.shared()),
        return_path: "/",
    };
    let payment = count!("start a payment", shop.edge.start_payment(&start));
    count!(
        "note a registered payment",
        shop.edge.payment_registered(payment.id, "p", "u")
    );
    let settlement = Settlement::Succeeded(payment.amount);
    count!("settle", shop.edge.settle(payment.id, "p", settlement));
    count!("settle again", shop.edge.settle(payment.id, "p", settlement));

    assert_eq!(
        counted,
        [
            ("put a line", 1),
            ("read a cart", 1),
            ("begin an attempt", 1),
            ("place", 6),
            ("start a payment", 1),
            ("note a registered payment", 1),
            ("settle", 6),
            ("settle again", 3),
        ]
    );

    let packed = shop.order_in(Status::Paid).await;
    forget(&shop, "orders_staff").await;
    shop.step(&packed, Move::Pack, Actor::Employee)
        .await
        .expect("packed");
    assert_eq!(sent(&shop, "orders_staff").await, 5, "a change of status");
}
