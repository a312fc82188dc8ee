use axum::Router;
use events::{DeadLetterPage, Policy, Retried, Transport, dead_letter_routes};
use http::StatusCode;
use serde_json::{Value, json};

use crate::once::to;
use crate::support::{Fault, Inbox, Sender, TYPE, call};

/// A desk of support on top of the sender's dead letters.
fn desk<T: Transport>(sender: &Sender, dispatcher: &events::Dispatcher<T>) -> Router {
    dead_letter_routes(sender.dispatch.clone(), sender.clock.shared(), dispatcher.wake())
        .split_for_parts()
        .0
}

async fn letters(desk: &Router) -> DeadLetterPage {
    let (status, page) = call(desk, "GET", "/internal/v1/dead-letters", "", "").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    serde_json::from_value(page).expect("a page")
}

async fn retry(desk: &Router, what: &str) -> (StatusCode, Option<u64>) {
    let path = format!("/internal/v1/dead-letters/{what}");
    let (status, answer) = call(desk, "POST", &path, "", "").await;
    (
        status,
        serde_json::from_value::<Retried>(answer)
            .ok()
            .map(|retried| retried.retried),
    )
}

#[tokio::test]
async fn an_event_that_fails_is_tried_with_growing_pauses_and_then_a_dead_letter() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let policy = Policy {
        max_failures: 5,
        ..Policy::default()
    };
    let dispatcher = sender.dispatcher(to(inbox.router()), policy);
    let desk = desk(&sender, &dispatcher);
    inbox.faults.set(1, Fault::Fail);
    let ids = sender.emit([0, 1, 2]).await;
    assert_eq!(
        dispatcher.run_once().await.unwrap(),
        2,
        "the others do not suffer"
    );

    for (failures, longest) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0)] {
        assert_eq!(
            sender.count("SELECT failures::bigint FROM events.delivery").await,
            failures
        );
        let before = kernel::Clock::now(&sender.clock);
        sender.until_due().await;
        let pause = (kernel::Clock::now(&sender.clock) - before).as_seconds_f64();
        assert!(
            (longest / 2.0..=longest + 0.01).contains(&pause),
            "{pause} of {longest}"
        );
        sender.clock.advance(time::Duration::milliseconds(-2));
        dispatcher.run_once().await.unwrap();
        assert_eq!(
            sender.count("SELECT attempts::bigint FROM events.delivery").await,
            failures,
            "not before the pause is over"
        );
        assert!(letters(&desk).await.items.is_empty());
        sender.until_due().await;
        assert_eq!(dispatcher.run_once().await.unwrap(), 0);
    }

    let page = letters(&desk).await;
    assert_eq!(page.items.len(), 1);
    let letter = &page.items[0];
    assert_eq!(
        (letter.event_id, letter.subscriber.as_str()),
        (ids[1], "receiver")
    );
    assert_eq!(
        (letter.type_.as_str(), letter.subject.as_deref()),
        (TYPE, Some("deed-1"))
    );
    assert_eq!(
        (letter.attempts, letter.last_error.as_deref()),
        (5, Some("not-now"))
    );
    assert_eq!(letter.dead_at, kernel::Clock::now(&sender.clock));
    assert_eq!(letter.data["n"], 1);
    let counted = sender.metrics.render();
    assert!(
        counted.contains("events_dead_letters{subscriber=\"receiver\"} 1"),
        "{counted}"
    );
    assert_eq!(inbox.applied().await, [0, 2], "what failed left nothing behind");
}

/// FLR-2: every minute, until it is taken.
#[tokio::test]
async fn a_dead_letter_is_tried_every_minute() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let dispatcher = sender.dispatcher(to(inbox.router()), Policy::default());
    let desk = desk(&sender, &dispatcher);
    inbox.faults.set(1, Fault::Reject);
    sender.emit([1]).await;
    dispatcher.run_once().await.unwrap();
    let died = letters(&desk).await.items[0].dead_at;

    for minute in 1..=3 {
        sender.clock.advance(time::Duration::seconds(59));
        dispatcher.run_once().await.unwrap();
        assert_eq!(
            letters(&desk).await.items[0].attempts,
            minute,
            "not before the minute is over"
        );
        sender.clock.advance(time::Duration::seconds(1));
        dispatcher.run_once().await.unwrap();
        let letter = letters(&desk).await.items.remove(0);
        assert_eq!(
            (letter.attempts, letter.dead_at),
            (minute + 1, died),
            "dead since the first time"
        );
    }
    inbox.faults.mend();
    sender.clock.advance(time::Duration::minutes(1));
    assert_eq!(dispatcher.run_once().await.unwrap(), 1);
    assert!(letters(&desk).await.items.is_empty());
    assert_eq!(inbox.applied().await, [1]);
    dispatcher.keep_house().await.unwrap();
    let counted = sender.metrics.render();
    assert!(
        counted.contains("events_dead_letters{subscriber=\"receiver\"} 0"),
        "{counted}"
    );
}

#[tokio::test]
async fn support_retries_one_or_all() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let dispatcher = sender.dispatcher(to(inbox.router()), Policy::default());
    let desk = desk(&sender, &dispatcher);
    for n in 0..4 {
        inbox.faults.set(n, Fault::Reject);
    }
    let ids = sender.emit(0..4).await;
    dispatcher.run_once().await.unwrap();
    assert_eq!(letters(&desk).await.items.len(), 4);
    inbox.faults.mend();
    assert_eq!(dispatcher.run_once().await.unwrap(), 0, "none is due");

    assert_eq!(
        retry(&desk, &format!("{}/retry", ids[2])).await,
        (StatusCode::OK, Some(1))
    );
    assert_eq!(dispatcher.run_once().await.unwrap(), 1);
    assert_eq!(inbox.applied().await, [2]);
    let gone = retry(&desk, &format!("{}/retry", ids[2])).await;
    assert_eq!(gone, (StatusCode::NOT_FOUND, None), "it is delivered");
    let elsewhere = retry(&desk, &format!("{}/retry?subscriber=other", ids[0])).await;
    assert_eq!(elsewhere.0, StatusCode::NOT_FOUND);
    assert_eq!(
        retry(&desk, "retry?subscriber=other").await,
        (StatusCode::OK, Some(0))
    );

    assert_eq!(retry(&desk, "retry").await, (StatusCode::OK, Some(3)));
    assert!(letters(&desk).await.items.is_empty());
    assert_eq!(dispatcher.run_once().await.unwrap(), 3);
    assert_eq!(inbox.applied().await, [2, 0, 1, 3]);
}

/// A retry by hand starts the failures from nothing, and does not take a letter out of another's lease.
#[tokio::test]
async fn a_retried_letter_has_all_its_tries_again() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let policy = Policy {
        max_failures: 2,
        ..Policy::default()
    };
    let dispatcher = sender.dispatcher(to(inbox.router()), policy);
    let desk = desk(&sender, &dispatcher);
    inbox.faults.set(1, Fault::Panic);
    sender.emit([1]).await;
    for _ in 0..2 {
        sender.until_due().await;
        dispatcher.run_once().await.unwrap();
    }
    assert_eq!(letters(&desk).await.items.len(), 1);
    retry(&desk, "retry").await;
    dispatcher.run_once().await.unwrap();
    assert!(letters(&desk).await.items.is_empty(), "one failure is not two");
    sender.until_due().await;
    dispatcher.run_once().await.unwrap();
    assert_eq!(letters(&desk).await.items.len(), 1);

    let lease = "UPDATE events.delivery SET lease_token = gen_random_uuid(), next_at = '2026-03-02'";
    sqlx::query(lease).execute(sender.db.admin()).await.unwrap();
    retry(&desk, "retry").await;
    let leased = "SELECT count(*) FROM events.delivery WHERE next_at = '2026-03-02' AND dead_at IS NULL";
    assert_eq!(sender.count(leased).await, 1);
}

#[tokio::test]
async fn the_list_comes_in_pages_and_bad_questions_are_refused() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let dispatcher = sender.dispatcher(to(inbox.router()), Policy::default());
    let desk = desk(&sender, &dispatcher);
    for n in 0..5 {
        inbox.faults.set(n, Fault::Reject);
        sender.emit([n]).await;
        dispatcher.run_once().await.unwrap();
    }
    let mut seen = Vec::new();
    let mut path = "/internal/v1/dead-letters?page_size=2".to_owned();
    loop {
        let (status, page) = call(&desk, "GET", &path, "", "").await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let page: DeadLetterPage = serde_json::from_value(page).unwrap();
        seen.extend(page.items.iter().map(|letter| letter.data["n"].clone()));
        let Some(cursor) = page.next_cursor else { break };
        path = format!("/internal/v1/dead-letters?page_size=2&cursor={cursor}");
    }
    assert_eq!(seen, [json!(0), json!(1), json!(2), json!(3), json!(4)]);

    for (query, field) in [
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=many", "page_size"),
        ("page=2", "page"),
        ("cursor=%00", "cursor"),
        ("cursor=AAAA", "cursor"),
    ] {
        let (status, problem) = call(
            &desk,
            "GET",
            &format!("/internal/v1/dead-letters?{query}"),
            "",
            "",
        )
        .await;
        assert!(status.is_client_error(), "{query}: {status}");
        let named = |problem: &Value| problem.to_string().contains(&format!("\"{field}\""));
        assert!(named(&problem), "{query}: {problem}");
    }
    let (status, _) = call(&desk, "POST", "/internal/v1/dead-letters/17/retry", "", "").await;
    assert!(status.is_client_error(), "{status}");
}

#[test]
fn the_description_names_the_parameters() {
    let api = serde_json::to_value(events::dead_letters_openapi()).unwrap();
    for (pointer, names) in [
        (
            "/paths/~1internal~1v1~1dead-letters/get/parameters",
            vec!["page_size", "cursor"],
        ),
        (
            "/paths/~1internal~1v1~1dead-letters~1{id}~1retry/post/parameters",
            vec!["id", "subscriber"],
        ),
        (
            "/paths/~1internal~1v1~1dead-letters~1retry/post/parameters",
            vec!["subscriber"],
        ),
    ] {
        let described = api.pointer(pointer).and_then(Value::as_array).expect(pointer);
        let described: Vec<&str> = described
            .iter()
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(described, names, "{pointer}");
    }
}
