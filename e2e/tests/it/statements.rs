//! How many SQL statements a checkout takes, counted by the database itself.

use std::time::Duration;

use contracts::orders::OrderPlaced;
use e2e::{Fleet, fill_shelves};
use futures_util::future::join_all;
use pg::sqlx::{self, PgConnection};
use test_support::wait_for;

/// The bar: cart line to *paid*, everything included.
const AT_MOST: i64 = 30;

/// A shop in business has several customers at a time: what is done for many at once (events, availability) is shared.
const CUSTOMERS: usize = 16;
const CHECKOUTS_EACH: usize = 4;

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
    let products = fill_shelves(&fleet).await;

    let warm = customer.order(&[(products[0].id, 1)]).await.order;
    customer.pay(&warm.number).await;
    let checkouts = i64::try_from(CUSTOMERS * CHECKOUTS_EACH).unwrap();
    reset(&mut database).await;
    join_all((0..CUSTOMERS).map(async |nth| {
        for _ in 0..CHECKOUTS_EACH {
            let cart = customer.cart(&[(products[nth].id, 1)]).await;
            let request = customer.order_request(cart, nth).await;
            let order: OrderPlaced = customer
                .send_order(&kernel::random::token(), &request)
                .await
                .expect(201);
            let payment = customer.start_payment(&order.number).await;
            customer.enter_card(&payment, "4111111111111111").await;
        }
    }))
    .await;
    // Asked as the superuser, whose statements do not count.
    let mut orders = fleet.superuser("orders").await;
    wait_for("all to be paid", Duration::from_secs(20), async || {
        let paid: i64 = sqlx::query_scalar("SELECT count(*) FROM orders WHERE status = 'paid'")
            .fetch_one(&mut orders)
            .await
            .unwrap();
        (paid == checkouts + 1).then_some(())
    })
    .await;
    let statements = counted(&mut database).await;
    let all: i64 = statements.iter().map(|(_, calls)| calls).sum();
    println!("{all} statements for {checkouts} checkouts");
    assert!(
        all <= AT_MOST * checkouts,
        "{all} for {checkouts}: {statements:#?}"
    );
}
