use events::{BATCH_MEDIA_TYPE, MEDIA_TYPE};
use http::StatusCode;
use serde_json::{Value, json};
use test_support::free_port;

use crate::once::claimed;
use crate::support::{Fault, Inbox, Sender, batch_body, call, database, post};

const EVENTS: &str = "/internal/v1/events";

fn event(id: u32, n: u32) -> Value {
    json!({
        "specversion": "1.0", "id": format!("00000000-0000-7000-8000-{id:012}"), "source": "urn:garnitur:sender",
        "type": "ru.garnitur.test.deed.v1", "data": {"n": n},
    })
}

async fn send(inbox: &Inbox, batch: Value) -> Vec<(String, Option<String>)> {
    let (status, report) = call(
        &inbox.router(),
        "POST",
        EVENTS,
        BATCH_MEDIA_TYPE,
        batch.to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{report}");
    let outcomes = report["outcomes"].as_array().expect("outcomes");
    let word = |value: &Value| value.as_str().map(str::to_owned);
    outcomes
        .iter()
        .map(|outcome| (word(&outcome["outcome"]).unwrap(), word(&outcome["error"])))
        .collect()
}

fn said(outcome: &str, error: Option<&str>) -> (String, Option<String>) {
    (outcome.to_owned(), error.map(str::to_owned))
}

#[tokio::test]
async fn one_event_or_a_batch_is_taken() {
    let inbox = Inbox::new().await;
    let (status, report) = call(
        &inbox.router(),
        "POST",
        EVENTS,
        MEDIA_TYPE,
        event(1, 1).to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        report["outcomes"][0]["id"],
        "00000000-0000-7000-8000-000000000001"
    );
    let with_charset = format!("{BATCH_MEDIA_TYPE}; charset=utf-8");
    let batch = json!([event(2, 2), event(3, 3)]).to_string();
    assert_eq!(
        call(&inbox.router(), "POST", EVENTS, &with_charset, batch)
            .await
            .0,
        StatusCode::OK
    );
    assert_eq!(inbox.applied().await, [1, 2, 3]);
}

#[tokio::test]
async fn a_batch_with_everything_in_it_is_answered_event_by_event() {
    let inbox = Inbox::new().await;
    inbox.faults.set(2, Fault::Fail);
    inbox.faults.set(3, Fault::Reject);
    inbox.faults.set(4, Fault::Panic);
    let mut unknown = event(6, 6);
    unknown["data"] = json!({"n": "six"});
    let answers = send(
        &inbox,
        json!([
            event(1, 1), event(2, 2), event(3, 3), event(4, 4), event(1, 1), {"id": "7"}, unknown, event(5, 5)
        ]),
    )
    .await;
    assert_eq!(
        answers,
        [
            said("accepted", None),
            said("failed", Some("not-now")),
            said("rejected", Some("never")),
            said("failed", Some("internal")),
            said("duplicate", None),
            said("rejected", Some("malformed-event")),
            said("rejected", Some("bad-payload")),
            said("accepted", None),
        ]
    );
    assert_eq!(inbox.applied().await, [1, 5]);

    // What was not applied is not remembered either.
    inbox.faults.mend();
    let again = send(
        &inbox,
        json!([event(1, 1), event(2, 2), event(3, 3), event(4, 4)]),
    )
    .await;
    let outcomes: Vec<&str> = again.iter().map(|(outcome, _)| outcome.as_str()).collect();
    assert_eq!(outcomes, ["duplicate", "accepted", "accepted", "accepted"]);
    assert_eq!(inbox.applied().await, [1, 5, 2, 3, 4]);
}

#[tokio::test]
async fn what_is_no_batch_of_events_is_refused_whole() {
    let inbox = Inbox::new().await;
    let many: Vec<Value> = (0..501).map(|_| json!(0)).collect();
    let large = format!("[\"{}\"]", "x".repeat(1_100_000));
    for (content_type, body, status) in [
        ("application/json", json!([event(1, 1)]).to_string(), 415),
        ("", json!([event(1, 1)]).to_string(), 415),
        (BATCH_MEDIA_TYPE, "[{".to_owned(), 400),
        (BATCH_MEDIA_TYPE, event(1, 1).to_string(), 400),
        (BATCH_MEDIA_TYPE, json!(many).to_string(), 413),
        (BATCH_MEDIA_TYPE, large, 413),
    ] {
        let (got, problem) = call(&inbox.router(), "POST", EVENTS, content_type, body).await;
        assert_eq!(got.as_u16(), status, "{content_type}: {problem}");
        assert_eq!(problem["status"], status, "{problem}");
    }
    assert!(inbox.applied().await.is_empty());
}

#[tokio::test]
async fn a_receiver_without_its_database_blames_no_event() {
    let nowhere = pg::PgConfig::new(format!("postgres://nobody@127.0.0.1:{}/none", free_port()));
    let pg = pg::Pg::connect(&nowhere, pg::Metrics::unregistered()).unwrap();
    let inbox = Inbox::with(database().await, pg);
    let (status, problem) = call(
        &inbox.router(),
        "POST",
        EVENTS,
        BATCH_MEDIA_TYPE,
        json!([event(1, 1)]).to_string(),
    )
    .await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
}

#[tokio::test]
async fn an_event_keeps_the_trace_of_its_cause() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let caller = format!("00-{TRACE}-00f067aa0ba902b7-01");
    telemetry::continued("checkout", Some(&caller), sender.emit([1])).await;
    sender.emit([2]).await;
    let batch = claimed(&sender).await;
    assert!(
        batch[0]
            .traceparent
            .as_deref()
            .is_some_and(|tp| tp.contains(TRACE)),
        "{batch:?}"
    );
    assert_eq!(batch[1].traceparent, None);
    assert!(batch_body(&batch).contains(&format!("\"traceparent\":\"00-{TRACE}-")));

    post(&inbox.router(), &batch).await;
    let traces: Vec<String> = sqlx::query_scalar("SELECT trace FROM applied ORDER BY position")
        .fetch_all(inbox.db.admin())
        .await
        .unwrap();
    assert_eq!(traces[0], TRACE);
    assert!(traces[1].len() == 32 && traces[1] != TRACE, "{traces:?}");
}

#[tokio::test]
async fn the_inbox_forgets_after_thirty_days() {
    let inbox = Inbox::new().await;
    send(&inbox, json!([event(1, 1)])).await;
    inbox.clock.advance(time::Duration::days(29));
    inbox.receiver.prune_inbox().await.unwrap();
    assert_eq!(
        send(&inbox, json!([event(1, 1), event(2, 2)])).await[0],
        said("duplicate", None)
    );
    inbox.clock.advance(time::Duration::days(1));
    inbox.receiver.prune_inbox().await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM events.inbox")
        .fetch_one(inbox.db.admin())
        .await
        .unwrap();
    assert_eq!(left, 1, "the younger one stays");
}
