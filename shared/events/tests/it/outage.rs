use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::post;
use events::{CloudEvent, Outcome, Policy, Transport as _, TransportError};
use http::{HeaderMap, StatusCode};
use test_support::wait_for;

use crate::once::claimed;
use crate::support::{
    AUTHORIZATION, Host, Inbox, Scripted, Sender, TO, TYPE, all, deed, internal_face, push_to,
};

/// EVT-1: nothing is lost when a receiver is down, however long.
#[tokio::test]
async fn a_receiver_that_was_down_gets_everything() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let host = Host::start(inbox.router()).await;
    let dispatcher = sender.dispatcher(push_to(host.address), Policy::default());
    sender.emit(0..5).await;
    assert_eq!(dispatcher.run_once().await.unwrap(), 5);

    let address = host.stop().await;
    sender.emit(5..10).await;
    // Far more tries than an event may fail.
    for _ in 0..30 {
        assert_eq!(dispatcher.run_once().await.unwrap(), 0);
        sender.clock.advance(time::Duration::seconds(5));
    }
    let blamed = "SELECT count(*) FROM events.delivery WHERE failures > 0 OR dead_at IS NOT NULL";
    assert_eq!(
        sender.count(blamed).await,
        0,
        "an outage is not the events' fault"
    );
    sender.emit(10..12).await;

    let host = Host::start_at(address, inbox.router()).await;
    wait_for("all events", Duration::from_secs(10), async || {
        sender.clock.advance(time::Duration::seconds(5));
        dispatcher.run_once().await.unwrap();
        (sender.waiting().await == 0).then_some(())
    })
    .await;
    let mut applied = inbox.applied().await;
    applied.sort_unstable();
    assert_eq!(applied, (0..12).collect::<Vec<_>>());
    host.stop().await;
}

#[tokio::test]
async fn a_subscriber_that_is_down_is_tried_with_a_growing_pause_and_one_event() {
    let sender = Sender::new().await;
    let tries = Arc::new(Mutex::new(Vec::new()));
    let (seen, clock) = (Arc::clone(&tries), sender.clock.clone());
    let dispatcher = sender.dispatcher(
        Scripted(move |batch: Vec<CloudEvent>| {
            seen.lock()
                .unwrap()
                .push((kernel::Clock::now(&clock), batch.len()));
            async { Err(TransportError::Unavailable("down".to_owned())) }
        }),
        Policy::default(),
    );
    sender.emit(0..10).await;
    for _ in 0..600 {
        dispatcher.run_once().await.unwrap();
        sender.clock.advance(time::Duration::milliseconds(50));
    }
    let tries = tries.lock().unwrap();
    let sizes: Vec<usize> = tries.iter().map(|(_, size)| *size).collect();
    assert_eq!(sizes[0], 10);
    assert!(
        sizes[1..].iter().all(|size| *size == 1),
        "a try is one small request: {sizes:?}"
    );
    let pauses: Vec<f64> = tries
        .windows(2)
        .map(|pair| (pair[1].0 - pair[0].0).as_seconds_f64())
        .collect();
    assert!((0.1..=0.3).contains(&pauses[0]), "{pauses:?}");
    // 30 s in pauses of 2.5 to 5 s, after 6 s of growing ones at most.
    assert!((9..=20).contains(&tries.len()), "{pauses:?}");
    assert!(
        pauses.last().is_some_and(|pause| (2.5..=5.1).contains(pause)),
        "{pauses:?}"
    );
}

/// A subscriber that is down delays nobody else.
#[tokio::test]
async fn subscribers_do_not_wait_for_each_other() {
    let mut sender = Sender::new().await;
    sender.subscriptions = sender.subscriptions.with("other", [TYPE]);
    let inbox = Inbox::new().await;
    let host = Host::start(inbox.router()).await;
    // Nobody knows the address of `other`.
    let dispatcher = sender.dispatcher(push_to(host.address), Policy::default());
    sender.emit(0..3).await;
    assert_eq!(dispatcher.run_once().await.unwrap(), 3);
    assert_eq!(inbox.applied().await, [0, 1, 2]);
    assert_eq!(
        sender
            .count("SELECT count(*) FROM events.delivery WHERE subscriber = 'other'")
            .await,
        3
    );
    host.stop().await;
}

/// A batch is refused because of one event: that one alone is blamed.
#[tokio::test]
async fn a_refused_batch_is_sent_event_by_event() {
    let sender = Sender::new().await;
    let dispatcher = sender.dispatcher(
        Scripted(|batch: Vec<CloudEvent>| async move {
            if batch.iter().any(|event| deed(event) == 3) {
                Err(TransportError::Refused("answered 500".to_owned()))
            } else {
                Ok(all(&batch, Outcome::Accepted))
            }
        }),
        Policy::default(),
    );
    sender.emit(0..10).await;
    let mut taken = 0;
    for _ in 0..10 {
        taken += dispatcher.run_once().await.unwrap();
    }
    assert_eq!(taken, 9);
    let blamed = "SELECT count(*) FROM events.delivery WHERE failures = 1 AND last_error = 'answered 500'";
    assert_eq!((sender.waiting().await, sender.count(blamed).await), (1, 1));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_the_batch_settles_nothing() {
    let sender = Sender::new().await;
    let dispatcher = sender.dispatcher(
        Scripted(|batch: Vec<CloudEvent>| async move {
            let mut report = all(&batch, Outcome::Accepted);
            report.outcomes[0].id = Some("another".to_owned());
            Ok(report)
        }),
        Policy::default(),
    );
    sender.emit([1]).await;
    assert_eq!(dispatcher.run_once().await.unwrap(), 0);
    assert_eq!(
        sender.count("SELECT failures::bigint FROM events.delivery").await,
        1
    );
}

#[tokio::test]
async fn large_events_travel_in_several_requests() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let host = Host::start(inbox.router()).await;
    let dispatcher = sender.dispatcher(push_to(host.address), Policy::default());
    let weight = "x".repeat(30_000);
    let events: Vec<_> = (0..6)
        .map(|n| {
            let deed = crate::support::Deed {
                n,
                weight: weight.clone(),
            };
            sender.clock.advance(time::Duration::milliseconds(1));
            events::NewEvent::new(&sender.clock, TYPE, &deed)
        })
        .collect();
    let mut conn = sender.emit.pool().acquire().await.unwrap();
    events::emit(&mut conn, &events, &sender.subscriptions)
        .await
        .unwrap();
    // Together they are larger than a body may be.
    assert_eq!(dispatcher.run_once().await.unwrap(), 6);
    assert_eq!(inbox.applied().await, [0, 1, 2, 3, 4, 5]);
    host.stop().await;
}

/// What a subscriber's answer means: its trouble, or the batch's.
#[tokio::test]
async fn statuses_tell_an_outage_from_a_refusal() {
    let sender = Sender::new().await;
    sender.emit([1]).await;
    let batch = claimed(&sender).await;
    for (status, outage) in [
        (401, true),
        (403, true),
        (404, true),
        (429, true),
        (503, true),
        (400, false),
        (413, false),
        (415, false),
        (500, false),
    ] {
        let answer = StatusCode::from_u16(status).unwrap();
        let route = Router::new().route("/internal/v1/events", post(async move || answer));
        let host = Host::start(internal_face(route)).await;
        let error = push_to(host.address)
            .deliver(TO, &batch)
            .await
            .expect_err("no report");
        assert_eq!(
            matches!(error, TransportError::Unavailable(_)),
            outage,
            "{status}: {error:?}"
        );
        host.stop().await;
    }
}

#[tokio::test]
async fn a_request_carries_the_token_and_the_media_type() {
    let sender = Sender::new().await;
    sender.emit([1]).await;
    let batch = claimed(&sender).await;
    let seen: Arc<Mutex<HeaderMap>> = Arc::default();
    let headers = Arc::clone(&seen);
    let route = post(move |request: Request| {
        *headers.lock().unwrap() = request.headers().clone();
        async { "no report" }
    });
    let host = Host::start(Router::new().route("/internal/v1/events", route)).await;
    let error = push_to(host.address)
        .deliver(TO, &batch)
        .await
        .expect_err("no report");
    assert!(matches!(&error, TransportError::Refused(_)), "{error:?}");
    host.stop().await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen["authorization"], AUTHORIZATION);
    assert_eq!(seen["content-type"], events::BATCH_MEDIA_TYPE);
}
