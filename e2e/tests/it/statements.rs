//! How many SQL statements a checkout takes, counted by the database itself.

use std::time::Duration;

use contracts::orders::OrderPlaced;
use e2e::Fleet;
use pg::sqlx::{self, PgConnection};
use test_support::wait_for;

/// The bar: cart line to *paid*, everything included.
const AT_MOST: i64 = 30;

/// So many that what the jobs do by themselves meanwhile vanishes in the division.
const CHECKOUTS: i64 = 20;

/// Statements of the services' roles since the last reset, the most frequent first.
async fn counted(database: &mut PgConnection) -> Vec<(String, i64)> {
    sqlx::query_as(
        "SELECT query, calls::bigint FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
          WHERE rolname ~ '^(orders|catalog)_(edge|internal)$' ORDER BY calls DESC",
    )
    .fetch_all(database)
    .await
    .unwrap()
}

async fn reset(database: &mut PgConnection) {
    sqlx::query("SELECT pg_stat_statements_reset()")
        .execute(database)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_takes_at_most_thirty_statements() {
    let fleet = Fleet::start(1_200).await;
    let customer = fleet.customer();
    let mut database = fleet.superuser("postgres").await;
    sqlx::query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        .execute(&mut database)
        .await
        .unwrap();
    let wanted = customer.product_in_stock(40).await;

    let warm = customer.order(&[(wanted.id, 1)]).await.order;
    customer.pay(&warm.number).await;
    reset(&mut database).await;
    for nth in 0..CHECKOUTS {
        let cart = customer.cart(&[(wanted.id, 1)]).await;
        let request = customer.order_request(cart, usize::try_from(nth).unwrap()).await;
        let order: OrderPlaced = customer
            .send_order(&kernel::random::token(), &request)
            .await
            .expect(201);
        let payment = customer.start_payment(&order.number).await;
        customer.enter_card(&payment, "4111111111111111").await;
    }
    // Asked as the superuser, whose statements do not count.
    let mut orders = fleet.superuser("orders").await;
    wait_for("all to be paid", Duration::from_secs(20), async || {
        let paid: i64 = sqlx::query_scalar("SELECT count(*) FROM orders WHERE status = 'paid'")
            .fetch_one(&mut orders)
            .await
            .unwrap();
        (paid == CHECKOUTS + 1).then_some(())
    })
    .await;
    let mut statements = counted(&mut database).await;
    statements.retain(|(_, calls)| *calls >= CHECKOUTS);
    let each: i64 = statements.iter().map(|(_, calls)| calls / CHECKOUTS).sum();
    println!("{each} statements a checkout");
    assert!(each <= AT_MOST, "{each} statements a checkout: {statements:#?}");
}
