//! Sites that cannot serve: who is served instead, how soon, and the way back.

use std::time::{Duration, Instant};

use test_support::wait_for;

use crate::balancer::{Balancer, NEAR_1, NEAR_2};
use crate::site::PARTS;

/// What the shop promises.
const FAILOVER: Duration = Duration::from_secs(3);
/// For things that take as long as the machine wants.
const SOON: Duration = Duration::from_secs(20);
const PATHS: [&str; 3] = ["/", "/api/catalog/v1/products", "/api/orders/v1/carts"];

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_site_costs_no_request_and_is_come_back_to() {
    let mut balancer = Balancer::start(100_000).await;
    let client = balancer.client(NEAR_1);
    assert_eq!(
        balancer.served(&client, "/").await.as_deref(),
        Some("site1/storefront")
    );

    balancer.sites[0].kill();
    let until_known = Instant::now() + FAILOVER;
    let mut count = 0;
    while Instant::now() < until_known {
        for (path, part) in PATHS.iter().zip(PARTS) {
            // Nothing was sent to a server that refuses the connection, so it can go to the other one.
            let by = balancer.served(&client, path).await;
            assert_eq!(by, Some(format!("site2/{part}")), "request {count} to {path}");
            count += 1;
        }
    }

    balancer.sites[0].open_again().await;
    wait_for("site 1", SOON, async || {
        let by = balancer.served(&client, "/").await?;
        (by == "site1/storefront").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_falls_silent_is_left_within_three_seconds() {
    let balancer = Balancer::start(100_000).await;
    let client = balancer.client(NEAR_2);
    assert_eq!(
        balancer.served(&client, "/").await.as_deref(),
        Some("site2/storefront")
    );

    balancer.sites[1].cut();
    let from = Instant::now();
    // Requests at hand are lost, or answered by the balancer; the next ones are served.
    let by = loop {
        let asked = tokio::time::timeout(Duration::from_millis(200), balancer.served(&client, "/")).await;
        if let Ok(Some(by)) = asked {
            break by;
        }
        assert!(from.elapsed() < SOON, "nobody serves");
    };
    let took = from.elapsed();
    assert_eq!(by, "site1/storefront");
    println!("failover of a silent site: {took:?}");
    assert!(took < FAILOVER, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_serves_whole_or_not_at_all() {
    let balancer = Balancer::start(100_000).await;
    let client = balancer.client(NEAR_1);
    for broken in 0..PARTS.len() {
        balancer.sites[0].set_ready(broken, false);
        for (path, part) in PATHS.iter().zip(PARTS) {
            wait_for("site 2", SOON, async || {
                let by = balancer.served(&client, path).await?;
                (by == format!("site2/{part}")).then_some(())
            })
            .await;
        }
        balancer.sites[0].set_ready(broken, true);
        wait_for("site 1", SOON, async || {
            let by = balancer.served(&client, "/").await?;
            (by == "site1/storefront").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_site_customers_hear_a_problem() {
    let balancer = Balancer::start(100_000).await;
    for site in &balancer.sites {
        site.kill();
    }
    let client = balancer.client(NEAR_1);
    let answer = client.get(balancer.url("/")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 503);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["retry-after"], "5");
    assert!(answer.headers().contains_key("x-request-id"));
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    let problem: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(problem["status"], 503);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_every_check_fails_requests_are_tried_all_the_same() {
    let balancer = Balancer::start(100_000).await;
    let client = balancer.client(NEAR_2);
    for site in &balancer.sites {
        for part in 0..PARTS.len() {
            site.set_ready(part, false);
        }
    }
    wait_for("bad checks", SOON, async || {
        (balancer.down().await == 6).then_some(())
    })
    .await;
    for (path, part) in PATHS.iter().zip(PARTS) {
        assert_eq!(
            balancer.served(&client, path).await,
            Some(format!("site2/{part}"))
        );
    }
}
