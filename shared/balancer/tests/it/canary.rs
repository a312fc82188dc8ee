//! A version on trial: who meets it, and what happens when it does not answer.

use std::sync::Arc;
use std::time::Duration;

use balancer::{Builder, Client, Dial, Fixed, Observe, Policy, Request};
use http_body_util::Empty;

use crate::net::{Mode, Net, OK};

const COHORT: &str = "x-cohort";

/// A client of `a` and `b`, and of `new` for the pilot cohort.
fn builder(net: &Arc<Net>) -> Builder {
    let primary = Fixed::new(["http://a:80", "http://b:80"]).expect("origins");
    let canary = Fixed::new(["http://new:80"]).expect("an origin");
    Client::builder("test", &primary)
        .dial(Arc::clone(net) as Arc<dyn Dial>)
        .observer(Arc::clone(net) as Arc<dyn Observe>)
        .canary(&canary, |headers| {
            headers.get(COHORT).is_some_and(|cohort| cohort == "pilot")
        })
}

fn net() -> Arc<Net> {
    Net::new(&["a", "b", "new"])
}

#[tokio::test(start_paused = true)]
async fn the_pilot_cohort_meets_it_and_nobody_else_does() {
    let net = net();
    let client = builder(&net).build();
    for _ in 0..50 {
        let answer = client.send(Request::post("/").header(COHORT, "pilot")).await;
        assert_eq!(answer.expect("an answer").headers["x-replica"], "new");
        for request in [Request::get("/"), Request::get("/").header(COHORT, "stable")] {
            let answer = client.send(request).await.expect("an answer");
            assert_ne!(answer.headers["x-replica"], "new");
        }
    }
    assert_eq!(client.endpoints().len(), 3);
}

/// The header may be one that the client adds itself; what is forwarded is matched like what is sent.
#[tokio::test(start_paused = true)]
async fn added_headers_count_also_of_what_is_forwarded() {
    let net = net();
    let client = builder(&net)
        .headers(|headers| {
            headers.insert(COHORT, http::HeaderValue::from_static("pilot"));
        })
        .build();
    let answer = client.send(Request::get("/")).await.expect("an answer");
    assert_eq!(answer.headers["x-replica"], "new");
    let request = http::Request::get("/").body(Empty::new()).expect("a request");
    let answer = client.forward(request).await.expect("an answer");
    assert_eq!(answer.headers()["x-replica"], "new");
}

/// Between trials there are no replicas of it; nobody notices.
#[tokio::test(start_paused = true)]
async fn without_it_the_pilot_cohort_is_served_by_the_others() {
    let net = net();
    net.replica("new").set(Mode::Down);
    let client = builder(&net).build();
    for _ in 0..200 {
        let answer = client.send(Request::post("/").header(COHORT, "pilot")).await;
        assert_ne!(answer.expect("the others answer").headers["x-replica"], "new");
    }
    assert_eq!(net.replica("new").dials(), 3, "ejected like any other");

    net.replica("new").set(OK);
    tokio::time::sleep(Policy::default().max_probation).await;
    let pilot = || Request::get("/").header(COHORT, "pilot");
    // What can be repeated finds out that it is there.
    let answer = client.send(pilot()).await.expect("an answer");
    assert_eq!(answer.headers["x-replica"], "new");
    let answer = client.send(Request::post("/").header(COHORT, "pilot")).await;
    assert_eq!(answer.expect("an answer").headers["x-replica"], "new");
}

#[tokio::test(start_paused = true)]
async fn what_may_be_repeated_goes_on_where_it_fails() {
    for mode in [Mode::Break, Mode::Hang, Mode::Answer(503, Duration::ZERO)] {
        let net = net();
        net.replica("new").set(mode);
        let client = builder(&net).build();
        for _ in 0..20 {
            let answer = client.send(Request::get("/").header(COHORT, "pilot")).await;
            let answer = answer.unwrap_or_else(|error| panic!("{mode:?}: {error}"));
            assert_eq!(answer.status, 200, "{mode:?}");
            assert_ne!(answer.headers["x-replica"], "new", "{mode:?}");
        }
        assert_eq!(net.replica("new").hits(), 3, "{mode:?}: ejected then");
    }
    // What may have been done is not done again.
    let net = net();
    net.replica("new").set(Mode::Break);
    let client = builder(&net).build();
    let broken = client.send(Request::post("/").header(COHORT, "pilot")).await;
    assert!(broken.expect_err("breaks off").may_have_acted());
    assert_eq!(net.hits(), 1);
    // Nor does such a request find out whether it is there again.
    for _ in 0..2 {
        let _ = client.send(Request::get("/").header(COHORT, "pilot")).await;
    }
    let before = net.replica("new").hits();
    tokio::time::sleep(Policy::default().max_probation).await;
    let answer = client.send(Request::post("/").header(COHORT, "pilot")).await;
    assert_ne!(answer.expect("the others answer").headers["x-replica"], "new");
    assert_eq!(net.replica("new").hits(), before);
}

/// A version on trial is never where everybody goes, not even when nothing else is left.
#[tokio::test(start_paused = true)]
async fn others_do_not_come_to_it_in_need() {
    let net = net();
    net.replica("a").set(Mode::Down);
    net.replica("b").set(Mode::Down);
    let client = builder(&net).build();
    for _ in 0..10 {
        client.send(Request::get("/")).await.expect_err("both are down");
    }
    assert!(!client.usable());
    assert_eq!(net.replica("new").hits(), 0);
    let answer = client.send(Request::get("/").header(COHORT, "pilot")).await;
    assert_eq!(answer.expect("an answer").headers["x-replica"], "new");
}
