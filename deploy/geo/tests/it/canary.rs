//! A new version beside the one that serves.

use std::time::Duration;

use test_support::wait_for;

use crate::balancer::{Balancer, NEAR_1, NEAR_2};

const PATHS: [&str; 3] = ["/", "/api/catalog/v1/products", "/api/orders/v1/carts"];

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_gets_the_share_that_is_its_weight() {
    let balancer = Balancer::with_next().await;
    let (client, elsewhere) = (balancer.client(NEAR_1), balancer.client(NEAR_2));
    // Of 1,000 requests, each dealt by itself, a tenth is 100 with a deviation of 9.5; five of those are never missed.
    for (share, expected) in [(0, 0..=0), (10, 52..=148), (100, 1_000..=1_000), (0, 0..=0)] {
        balancer.share(share);
        let mut count = 0;
        for n in 0..1_000 {
            let by = balancer.served(&client, PATHS[n % PATHS.len()]).await;
            let by = by.expect("nobody is told of a failure");
            assert!(by.starts_with("next/") || by.starts_with("site1/"), "{by}");
            count += usize::from(by.starts_with("next/"));
        }
        assert!(expected.contains(&count), "{share} %: {count}");
        let by = balancer.served(&elsewhere, "/").await;
        assert_eq!(by.as_deref(), Some("site2/storefront"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_that_dies_costs_no_request() {
    let balancer = Balancer::with_next().await;
    let client = balancer.client(NEAR_1);
    balancer.share(100);
    let by = balancer.served(&client, "/").await;
    assert_eq!(by.as_deref(), Some("next/storefront"));
    balancer.next.as_ref().expect("it is there").kill();
    wait_for("site 1", Duration::from_secs(20), async || {
        let by = balancer.served(&client, "/").await;
        let by = by.expect("nobody is told of a failure");
        (by == "site1/storefront").then_some(())
    })
    .await;
}
