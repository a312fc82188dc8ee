use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use auth::{LoginThrottle, ThrottlePolicy, Throttled};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use problem::Problem;

use crate::support::HeldClock;

const POLICY: ThrottlePolicy = ThrottlePolicy {
    window: Duration::from_mins(1),
    per_login: 3,
    per_client: 5,
    tracked: 64,
};

fn throttle() -> (LoginThrottle, HeldClock) {
    let clock = HeldClock::new();
    (LoginThrottle::new(POLICY, Arc::new(clock.clone())), clock)
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// A failed attempt; the wait when it was not heard.
fn fail(throttle: &LoginThrottle, login: &str, client: Option<IpAddr>) -> Result<(), Throttled> {
    throttle.attempt(login, client).map(drop)
}

#[test]
fn a_login_waits_after_its_failures_and_the_window_slides() {
    let (throttle, clock) = throttle();
    for _ in 0..3 {
        fail(&throttle, "petrov", None).expect("within the limit");
        clock.advance(Duration::from_secs(10));
    }
    // The first failure leaves the window 60 s after it was made, and 30 have passed.
    let throttled = fail(&throttle, "Petrov", None).expect_err("over the limit");
    assert_eq!(throttled.retry_after, Duration::from_secs(30));
    fail(&throttle, "ivanova", None).expect("another login");

    clock.advance(Duration::from_secs(30));
    fail(&throttle, "petrov", None).expect("the first failure is forgotten");
    let throttled = fail(&throttle, "petrov", None).expect_err("three in the window again");
    assert_eq!(throttled.retry_after, Duration::from_secs(10));
}

#[test]
fn a_client_waits_whatever_logins_it_tries() {
    let (throttle, _clock) = throttle();
    for n in 0..5 {
        fail(&throttle, &format!("login-{n}"), Some(ip("192.0.2.1"))).expect("within the limit");
    }
    assert!(fail(&throttle, "another", Some(ip("192.0.2.1"))).is_err());
    assert!(fail(&throttle, "another", Some(ip("192.0.2.2"))).is_ok());
    assert!(
        fail(&throttle, "another", Some(ip("::ffff:192.0.2.1"))).is_err(),
        "the same address"
    );
}

#[test]
fn an_ipv6_network_is_one_client() {
    let (throttle, _clock) = throttle();
    for n in 0..5 {
        fail(
            &throttle,
            &format!("login-{n}"),
            Some(ip(&format!("2001:db8::{n}"))),
        )
        .expect("within the limit");
    }
    assert!(fail(&throttle, "another", Some(ip("2001:db8::ffff"))).is_err());
    assert!(fail(&throttle, "another", Some(ip("2001:db8:0:1::1"))).is_ok());
}

#[test]
fn success_clears_the_login_and_not_the_client() {
    let (throttle, _clock) = throttle();
    for _ in 0..2 {
        fail(&throttle, "petrov", Some(ip("192.0.2.1"))).expect("within the limit");
    }
    throttle
        .attempt("petrov", Some(ip("192.0.2.1")))
        .expect("within the limit")
        .succeeded();
    for n in 0..3 {
        fail(&throttle, "petrov", Some(ip("192.0.2.1"))).unwrap_or_else(|_| panic!("{n}: a fresh start"));
    }
    // Two failures before and three after: the client's own five.
    assert!(fail(&throttle, "other", Some(ip("192.0.2.1"))).is_err());
}

#[test]
fn what_nobody_could_decide_is_not_counted() {
    let (throttle, _clock) = throttle();
    for _ in 0..20 {
        throttle
            .attempt("petrov", Some(ip("192.0.2.1")))
            .expect("nothing is counted")
            .undecided();
    }
    assert_eq!(throttle.tracked(), 0);
}

#[test]
fn attempts_at_once_count_before_they_are_decided() {
    let (throttle, _clock) = throttle();
    let running: Vec<_> = (0..10).map(|_| throttle.attempt("petrov", None)).collect();
    assert_eq!(running.iter().filter(|attempt| attempt.is_ok()).count(), 3);
}

#[test]
fn memory_is_bounded_and_the_newest_are_kept() {
    let (throttle, clock) = throttle();
    for n in 0..10_000 {
        clock.advance(Duration::from_millis(1));
        fail(&throttle, &format!("{n}-{}", "x".repeat(10_000)), None).expect("one failure each");
        assert!(throttle.tracked() <= POLICY.tracked, "{}", throttle.tracked());
    }
    // Still counted, though thousands came by.
    for _ in 0..3 {
        fail(&throttle, "petrov", None).expect("within the limit");
    }
    clock.advance(Duration::from_millis(1));
    for n in 0..20 {
        fail(&throttle, &format!("later-{n}"), None).expect("one failure each");
    }
    assert!(fail(&throttle, "petrov", None).is_err());
}

#[test]
fn the_answer_says_when_to_come_back() {
    let (throttle, clock) = throttle();
    for _ in 0..3 {
        fail(&throttle, "petrov", None).expect("within the limit");
    }
    clock.advance(Duration::from_millis(59_500));
    let throttled = fail(&throttle, "petrov", None).expect_err("over the limit");
    let response = Problem::from(throttled).into_response();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
}
