//! Which replica is asked: latency, ejection and return, fail-fast, discovery.

use std::sync::Arc;
use std::time::Duration;

use balancer::{Client, Discover, Endpoint, Error, Policy, Request, Unavailable};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::net::{Mode, Net, OK};

#[tokio::test(start_paused = true)]
async fn the_fast_one_is_favoured() {
    let net = Net::new(&["fast", "slow"]);
    net.replica("fast")
        .set(Mode::Answer(200, Duration::from_millis(5)));
    net.replica("slow")
        .set(Mode::Answer(200, Duration::from_millis(100)));
    let client = net.client(Policy::default());
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        callers.spawn(async move {
            for _ in 0..50 {
                client.send(Request::get("/")).await.expect("an answer");
            }
        });
    }
    callers.join_all().await;
    let (fast, slow) = (net.replica("fast").hits(), net.replica("slow").hits());
    assert_eq!(fast + slow, 400);
    assert!(slow >= 1, "the slow one is tried");
    assert!(slow * 9 <= fast, "{fast} to the fast one, {slow} to the slow one");
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_is_down_is_ejected_and_returns() {
    let net = Net::new(&["a", "b"]);
    let client = net.client(Policy::default());
    net.replica("a").set(Mode::Down);
    for _ in 0..200 {
        // Nothing was sent to the dead one, so even a POST that is not repeatable gets through.
        let answer = client.send(Request::post("/")).await.expect("the other answers");
        assert_eq!(answer.headers["x-replica"], "b");
    }
    assert_eq!(net.logged("ejected a"), 1);
    let dials = net.replica("a").dials();
    assert_eq!(
        dials, 3,
        "ejected after three failures, no probe yet as time stands still"
    );

    net.replica("a").set(OK);
    tokio::time::sleep(Duration::from_millis(250)).await;
    for _ in 0..100 {
        client.send(Request::get("/")).await.expect("an answer");
    }
    assert_eq!(net.logged("returned a"), 1);
    assert!(net.replica("a").hits() >= 1);
}

#[tokio::test(start_paused = true)]
async fn probes_of_a_dead_replica_get_rarer() {
    let net = Net::new(&["a", "b"]);
    let client = net.client(Policy::default());
    net.replica("a").set(Mode::Down);
    let start = Instant::now();
    while start.elapsed() < Duration::from_mins(1) {
        client.send(Request::get("/")).await.expect("the other answers");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let dials = net.replica("a").dials();
    // 3 to eject, then probes after 0.2, 0.4 … 3.2, 5, 5 … seconds, each shortened by up to half.
    assert!((12..=40).contains(&dials), "{dials}");
}

#[tokio::test(start_paused = true)]
async fn with_none_left_calls_fail_at_once() {
    let net = Net::new(&["a", "b"]);
    let client = net.client(Policy::default());
    net.replica("a").set(Mode::Down);
    net.replica("b").set(Mode::Down);
    let first = client.send(Request::get("/")).await.expect_err("both are down");
    assert!(matches!(first, Error::Connect { .. }), "{first}");
    while client.usable() {
        client.send(Request::get("/")).await.expect_err("both are down");
    }
    let before = Instant::now();
    let error = client
        .send(Request::get("/"))
        .await
        .expect_err("both are ejected");
    let reason = Unavailable::AllEjected;
    assert!(
        matches!(&error, Error::NoEndpoint { reason: r, .. } if *r == reason),
        "{error}"
    );
    assert!(error.is_unavailable() && !error.may_have_acted());
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(net.logged("failed fast") >= 1);

    net.replica("b").set(OK);
    tokio::time::sleep(Policy::default().max_probation).await;
    let answer = client.send(Request::post("/")).await.expect("b is back");
    assert_eq!(answer.headers["x-replica"], "b");
}

#[tokio::test(start_paused = true)]
async fn a_busy_replica_is_not_given_more_than_the_limit() {
    let net = Net::new(&["a"]);
    net.replica("a").set(Mode::Hang);
    let policy = Policy {
        max_in_flight: 4,
        ..Policy::default()
    };
    let client = net.client(policy);
    let mut callers = JoinSet::new();
    for _ in 0..4 {
        let client = client.clone();
        callers.spawn(async move { client.send(Request::get("/")).await });
    }
    while net.hits() < 4 {
        tokio::task::yield_now().await;
    }
    let error = client.send(Request::get("/")).await.expect_err("no place");
    assert!(
        matches!(
            error,
            Error::NoEndpoint {
                reason: Unavailable::AllBusy,
                ..
            }
        ),
        "{error}"
    );
    // A caller that goes away gives its place back.
    callers.shutdown().await;
    assert_eq!(client.endpoints()[0].in_flight, 0);
    assert!(client.endpoints()[0].serving);
}

struct Changing(watch::Sender<Arc<[Endpoint]>>);

impl Discover for Changing {
    fn watch(&self) -> watch::Receiver<Arc<[Endpoint]>> {
        self.0.subscribe()
    }
}

#[tokio::test(start_paused = true)]
async fn discovery_is_followed() {
    let net = Net::new(&["a", "b"]);
    let endpoints = |names: &[&str]| -> Arc<[Endpoint]> {
        names
            .iter()
            .map(|name| format!("http://{name}:80").parse().expect("an origin"))
            .collect()
    };
    let discover = Changing(watch::Sender::new(endpoints(&[])));
    let client = Client::builder("test", &discover).dial(net.clone()).build();
    let error = client.send(Request::get("/")).await.expect_err("nobody is known");
    assert!(
        matches!(
            error,
            Error::NoEndpoint {
                reason: Unavailable::NoneKnown,
                ..
            }
        ),
        "{error}"
    );

    discover.0.send_replace(endpoints(&["a"]));
    assert_eq!(
        client.send(Request::get("/")).await.expect("a answers").headers["x-replica"],
        "a"
    );
    let known = client.endpoints()[0].latency;
    discover.0.send_replace(endpoints(&["b", "a"]));
    assert_eq!(
        client.endpoints()[1].latency,
        known,
        "what is known of a replica stays"
    );
    discover.0.send_replace(endpoints(&["b"]));
    drop(discover);
    assert_eq!(
        client.send(Request::get("/")).await.expect("b answers").headers["x-replica"],
        "b"
    );
}
