//! What is tried again, where, how often and how long.

use std::time::Duration;

use balancer::{Error, Policy, Request};
use tokio::time::Instant;

use crate::net::{Mode, Net, OK};

#[tokio::test(start_paused = true)]
async fn what_was_sent_and_is_not_repeatable_is_not_sent_again() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Break);
    net.replica("b").set(Mode::Break);
    let client = net.client(Policy::default());
    let error = client
        .send(Request::post("/pay").json("x"))
        .await
        .expect_err("breaks off");
    assert!(matches!(error, Error::Body { .. }), "{error}");
    assert!(error.may_have_acted());
    assert_eq!(net.hits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_repeatable_request_is_retried_three_times_each_elsewhere() {
    let net = Net::new(&["a", "b", "c", "d", "e"]);
    for name in ["a", "b", "c", "d", "e"] {
        net.replica(name).set(Mode::Break);
    }
    let client = net.client(Policy::default());
    let before = Instant::now();
    client
        .send(Request::post("/").json("x").repeatable())
        .await
        .expect_err("all break off");
    assert_eq!(net.hits(), 4);
    assert_eq!(
        before.elapsed(),
        Duration::ZERO,
        "fresh replicas are tried without a pause"
    );
    for name in ["a", "b", "c", "d", "e"] {
        assert!(net.replica(name).hits() <= 1, "{name} was asked twice");
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_replica_is_retried_after_growing_pauses() {
    let net = Net::new(&["a"]);
    net.replica("a").set(Mode::Break);
    let policy = Policy {
        eject_after: 100,
        ..Policy::default()
    };
    let client = net.client(policy);
    let before = Instant::now();
    client.send(Request::get("/")).await.expect_err("breaks off");
    assert_eq!(net.hits(), 4);
    let paused = before.elapsed();
    // 25 + 50 + 100 ms, each shortened by up to half.
    assert!((87..=178).contains(&paused.as_millis()), "{paused:?}");
}

#[tokio::test(start_paused = true)]
async fn another_replica_answers_for_one_that_hangs() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Hang);
    let client = net.client(Policy::default());
    for _ in 0..20 {
        let answer = client.send(Request::get("/")).await.expect("the other answers");
        assert_eq!(answer.headers["x-replica"], "b");
    }
    assert_eq!(net.logged("tried a:80 timed_out"), net.replica("a").hits());
    assert!(net.replica("a").hits() <= 3);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_holds_whatever_happens() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Hang);
    net.replica("b").set(Mode::Hang);
    let client = net.client(Policy::default());
    for (request, seconds) in [
        (Request::get("/"), 8),
        (Request::get("/").deadline(Duration::from_secs(1)), 1),
        // Not repeatable: one try only.
        (Request::post("/"), 3),
    ] {
        let net_time = Instant::now();
        let error = client.send(request).await.expect_err("nobody answers");
        assert!(matches!(error, Error::Deadline { .. }), "{error}");
        assert_eq!(net_time.elapsed(), Duration::from_secs(seconds));
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_503_is_retried_elsewhere_if_repeatable() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Answer(503, Duration::ZERO));
    let client = net.client(Policy::default());
    for _ in 0..20 {
        let answer = client.send(Request::get("/")).await.expect("an answer");
        assert_eq!(answer.status, 200);
    }
    // 500 is an answer like any other: the service has acted.
    net.replica("b").set(Mode::Answer(500, Duration::ZERO));
    let before = net.hits();
    let statuses = [
        client.send(Request::get("/")).await.expect("an answer").status,
        client.send(Request::get("/")).await.expect("an answer").status,
    ];
    assert!(statuses.iter().all(|status| *status == 500), "{statuses:?}");
    assert_eq!(net.hits(), before + 2);
}

#[tokio::test(start_paused = true)]
async fn the_last_replica_speaks_for_itself() {
    let net = Net::new(&["a"]);
    net.replica("a").set(Mode::Answer(503, Duration::ZERO));
    let client = net.client(Policy::default());
    for _ in 0..10 {
        let answer = client.send(Request::post("/")).await.expect("its own answer");
        assert_eq!(answer.status, 503);
    }
    assert_eq!(net.logged("ejected"), 0);
    net.replica("a").set(OK);
    assert_eq!(
        client.send(Request::post("/")).await.expect("an answer").status,
        200
    );
}

#[tokio::test(start_paused = true)]
async fn retries_stay_within_the_budget() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Break);
    net.replica("b").set(Mode::Break);
    let policy = Policy {
        eject_after: u32::MAX,
        backoff: Duration::ZERO,
        ..Policy::default()
    };
    let client = net.client(policy);
    for _ in 0..200 {
        client.send(Request::get("/")).await.expect_err("breaks off");
    }
    // 200 calls, a fifth of them in retries, a burst of 20.
    assert!((255..=262).contains(&net.hits()), "{}", net.hits());
    assert!(net.logged("refused") > 100);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_large_is_refused_once() {
    let net = Net::new(&["a", "b"]);
    let policy = Policy {
        max_body: 1_000,
        ..Policy::default()
    };
    let client = net.client(policy);
    let echo = |size: usize| {
        Request::post("/")
            .body("text/plain", vec![b'x'; size])
            .repeatable()
    };
    assert_eq!(
        client.send(echo(1_000)).await.expect("just fits").body.len(),
        1_000
    );
    let error = client.send(echo(1_001)).await.expect_err("too large");
    assert!(matches!(error, Error::TooLarge { limit: 1_000, .. }), "{error}");
    assert_eq!(net.hits(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_built_is_not_tried() {
    let net = Net::new(&["a"]);
    let client = net.client(Policy::default());
    let error = client.send(Request::get("/a b")).await.expect_err("a space");
    assert!(matches!(error, Error::Request(_)), "{error}");
    assert_eq!(net.replica("a").dials(), 0);
}
