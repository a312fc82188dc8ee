//! Never oversold (STK-4): the last unit, and lines that share a component.

use std::collections::BTreeMap;

use contracts::catalog::Availability;
use contracts::orders::OrderPlaced;
use e2e::{Customer, Fleet};
use futures_util::future::join_all;
use kernel::ProductId;
use serde_json::Value;

/// Fewer than there are customers, more than one: some must win and some must lose.
const CUSTOMERS: usize = 50;

async fn a_scarce_product(customer: &Customer) -> (ProductId, i64) {
    let page = customer.products("available=true&page_size=30&sort=price").await;
    let mut cursor = page.next_cursor.clone();
    let mut cards = page.items;
    while let Some(next) = cursor {
        let page = customer
            .products(&format!("available=true&page_size=30&sort=price&cursor={next}"))
            .await;
        cards.extend(page.items);
        cursor = page.next_cursor;
    }
    let scarce = cards
        .iter()
        .filter(|card| card.price.is_some())
        .min_by_key(|card| card.available);
    let scarce = scarce.expect("there is something to buy");
    (scarce.id, scarce.available)
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_customers_want_the_last_units_at_once() {
    let fleet = Fleet::start(1_200).await;
    let customer = fleet.customer();
    let (product, available) = a_scarce_product(&customer).await;
    let stock = usize::try_from(available).unwrap();
    assert!(
        (1..CUSTOMERS / 2).contains(&stock),
        "the assortment has something scarce, not {stock}"
    );

    // Everybody has a cart and a window before the race begins.
    let requests = join_all((0..CUSTOMERS).map(async |nth| {
        let cart = customer.cart(&[(product, 1)]).await;
        customer.order_request(cart, nth).await
    }))
    .await;
    let answers = join_all(
        requests
            .iter()
            .map(async |request| customer.send_order(&kernel::random::token(), request).await),
    )
    .await;

    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), stock, "exactly the stock is sold");
    for answer in lost {
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (409, "insufficient-stock")
        );
        let body: Value = answer.json();
        assert_eq!(
            body["shortages"][0]["available"], 0,
            "the number there is: {body}"
        );
    }
    customer.wait_for_stock(product, 0).await;
    for answer in won {
        customer.pay(&answer.json::<OrderPlaced>().number).await;
    }
    fleet.operator().expect_peace().await;
}

/// Units of a product that can be built at this moment.
async fn available(customer: &Customer, product: ProductId) -> i64 {
    let path = format!("/api/catalog/v1/products/{product}/availability");
    let found: Availability = customer.catalog().get(&path).await.expect(200);
    found.total
}

#[tokio::test]
async fn two_lines_that_share_a_component_are_counted_together() {
    // Many pieces fill many places of a delivery window, so there must be couriers for them.
    let fleet = Fleet::start_for_load().await;
    let customer = fleet.customer();
    // Which products need the same component.
    let cards = customer.products("available=true&page_size=30").await.items;
    let mut by_component: BTreeMap<_, Vec<ProductId>> = BTreeMap::new();
    for card in cards.iter().filter(|card| card.price.is_some()) {
        for line in customer
            .product(card.id)
            .await
            .components
            .iter()
            .filter(|line| line.required)
        {
            by_component.entry(line.component_id).or_default().push(card.id);
        }
    }
    let mut tried = 0;
    for sharing in by_component.values().filter(|sharing| sharing.len() >= 2) {
        let (first, second) = (sharing[0], sharing[1]);
        // As they are now: what was sold in the round before may still be shown elsewhere.
        let each = (
            available(&customer, first).await,
            available(&customer, second).await,
        );
        // Each line alone could be bought; whether both can depends on what they share.
        if each.0 == 0 || each.1 == 0 {
            continue;
        }
        let cart = customer.cart(&[(first, each.0), (second, each.1)]).await;
        let request = customer.order_request(cart, 0).await;
        let answer = customer.send_order(&kernel::random::token(), &request).await;
        if answer.status == 409 {
            assert_eq!(answer.problem(), "insufficient-stock");
            tried += 1;
        }
        if tried == 3 {
            break;
        }
    }
    assert!(
        tried > 0,
        "some products share a component that does not suffice for both"
    );
    // Nothing is held for the orders that were refused.
    assert_eq!(fleet.operator().findings().await.findings, []);
    assert!(fleet.operator().stock_violations().await.is_empty());
}
