//! How many SQL statements a checkout takes, counted by the database itself.

use std::time::Duration;

use contracts::orders::OrderPlaced;
use e2e::{Fleet, fill_shelves};
use futures_util::future::join_all;
use pg::sqlx;
use test_support::wait_for;

/// The bar: from the cart to *paid*. What jobs do for many orders at once (events, availability) is measured by the load
/// generator, since its share depends on how many come together.
const AT_MOST: i64 = 30;

const CUSTOMERS: usize = 16;
const CHECKOUTS_EACH: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_takes_at_most_thirty_statements() {
    let fleet = Fleet::start(1_200).await;
    let customer = fleet.customer();
    let mut database = fleet.superuser("postgres").await;
    let products = fill_shelves(&fleet).await;

    let warm = customer.order(&[(products[0].id, 1)]).await.order;
    customer.pay(&warm.number).await;
    let checkouts = i64::try_from(CUSTOMERS * CHECKOUTS_EACH).unwrap();
    e2e::forget_statements(&mut database).await;
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
    let statements = e2e::statements(&mut database).await;
    let own: i64 = statements
        .iter()
        .filter(|statement| statement.role.ends_with("_edge") || statement.calls >= checkouts)
        .filter(|statement| !(statement.role == "catalog_internal" && statement.is_transaction_control()))
        .map(|statement| statement.calls)
        .sum();
    let each = own / checkouts;
    let all: i64 = statements.iter().map(|statement| statement.calls).sum();
    println!(
        "{each} statements a checkout, {} with what jobs did meanwhile",
        all / checkouts
    );
    assert!(each <= AT_MOST, "{each} a checkout: {statements:#?}");
}
