use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse as _;
use events::{CloudEvent, Dispatcher, Outcome, Policy, Transport, emit};
use futures_util::future::{join_all, try_join_all};
use http::StatusCode;
use sqlx::Executor as _;
use test_support::wait_for;

use crate::support::{Host, Inbox, Scripted, Sender, all, post, push_to};

#[tokio::test]
async fn what_is_emitted_is_applied_once_and_in_order() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let host = Host::start(inbox.router()).await;
    let small = Policy {
        batch: 7,
        ..Policy::default()
    };
    let dispatcher = sender.dispatcher(push_to(host.address), small);
    sender.emit(0..20).await;
    sender.emit(20..40).await;

    assert_eq!(dispatcher.run_once().await.unwrap(), 40);
    assert_eq!(inbox.applied().await, (0..40).collect::<Vec<_>>());
    assert_eq!(sender.waiting().await, 0);
    assert_eq!(dispatcher.run_once().await.unwrap(), 0, "nothing is sent again");
    host.stop().await;
}

#[tokio::test]
async fn without_its_cause_there_is_no_event() {
    let sender = Sender::new().await;
    let events = [sender.event(1)];
    let failed: Result<(), sqlx::Error> = sender
        .emit
        .run("test_rollback", |mut tx| {
            let (events, subscriptions) = (&events, &sender.subscriptions);
            async move {
                emit(&mut tx, events, subscriptions).await?;
                tx.execute("INSERT INTO cause (n) VALUES ('no number')").await?;
                Ok(())
            }
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(sender.count("SELECT count(*) FROM events.outbox").await, 0);
    assert_eq!(sender.waiting().await, 0);
}

#[tokio::test]
async fn an_event_nobody_wants_is_kept_but_not_delivered() {
    let mut sender = Sender::new().await;
    sender.subscriptions = events::Subscriptions::new().with("other", ["ru.garnitur.elsewhere.*"]);
    sender.emit([1]).await;
    assert_eq!(sender.count("SELECT count(*) FROM events.outbox").await, 1);
    assert_eq!(sender.waiting().await, 0);
}

/// The receiver applies a batch and is gone before it answers: the batch comes again and does nothing.
#[tokio::test]
async fn an_answer_that_is_lost_does_not_apply_twice() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let dies = Arc::new(AtomicBool::new(true));
    let mortal = mortal(inbox.router(), Arc::clone(&dies));
    let host = Host::start(mortal).await;
    let dispatcher = sender.dispatcher(push_to(host.address), Policy::default());
    sender.emit(0..3).await;

    assert_eq!(dispatcher.run_once().await.unwrap(), 0);
    assert_eq!(
        inbox.applied().await,
        [0, 1, 2],
        "applied, though the sender cannot know"
    );
    assert_eq!(sender.waiting().await, 3);

    dies.store(false, Ordering::Relaxed);
    wait_for("the batch to be taken", Duration::from_secs(10), async || {
        sender.clock.advance(time::Duration::seconds(5));
        dispatcher.run_once().await.unwrap();
        (sender.waiting().await == 0).then_some(())
    })
    .await;
    assert_eq!(inbox.applied().await, [0, 1, 2]);
    let counted = inbox.metrics.render();
    assert!(
        counted.contains("events_received_total{outcome=\"duplicate\"} 3"),
        "{counted}"
    );
    host.stop().await;
}

/// Lets the handler finish, then breaks the answer off, as a process does that dies.
fn mortal(router: Router, dies: Arc<AtomicBool>) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let dies = dies.load(Ordering::Relaxed);
        async move {
            let answer = next.run(request).await;
            if !dies {
                return answer;
            }
            assert_eq!(answer.status(), StatusCode::OK);
            let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("gone"))]);
            axum::body::Body::from_stream(broken).into_response()
        }
    }))
}

/// The sender dies between the answer and writing it down: the event comes again and does nothing.
#[tokio::test]
async fn a_dispatcher_that_dies_after_sending_does_not_apply_twice() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let router = inbox.router();
    sender.emit([7]).await;

    let (sent, mut answered) = tokio::sync::mpsc::unbounded_channel();
    let there = router.clone();
    let dying = sender.dispatcher(
        Scripted(move |batch: Vec<CloudEvent>| {
            let (there, sent) = (there.clone(), sent.clone());
            async move {
                sent.send(post(&there, &batch).await).expect("the test listens");
                std::future::pending().await
            }
        }),
        Policy::default(),
    );
    let task = tokio::spawn(async move { dying.run_once().await });
    let report = answered.recv().await.expect("a report");
    assert_eq!(report.outcomes[0].outcome, Outcome::Accepted);
    task.abort();

    let heir = sender.dispatcher(to(router), Policy::default());
    assert_eq!(
        heir.run_once().await.unwrap(),
        0,
        "the lease of the dead one still holds"
    );
    sender.clock.advance(time::Duration::seconds(31));
    assert_eq!(heir.run_once().await.unwrap(), 1);
    assert_eq!(inbox.applied().await, [7]);
    assert_eq!(sender.waiting().await, 0);
}

/// A transport to a receiver in this process.
pub fn to(router: Router) -> impl Transport {
    Scripted(move |batch: Vec<CloudEvent>| {
        let router = router.clone();
        async move { Ok(post(&router, &batch).await) }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dispatchers_side_by_side_share_the_work() {
    const EVENTS: u32 = 400;
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let host = Host::start(inbox.router()).await;
    let policy = Policy {
        batch: 9,
        ..Policy::default()
    };
    let dispatchers: Vec<_> = (0..4)
        .map(|_| sender.dispatcher(push_to(host.address), policy.clone()))
        .collect();
    for from in (0..EVENTS).step_by(100) {
        sender.emit(from..from + 100).await;
    }
    let taken = try_join_all(dispatchers.iter().map(Dispatcher::run_once));
    let taken: usize = taken.await.unwrap().into_iter().sum();

    // Each was sent by one of them, and not only applied by one.
    assert_eq!(taken, usize::try_from(EVENTS).unwrap());
    assert_eq!(sender.waiting().await, 0);
    let applied = inbox.applied().await;
    assert_eq!(applied.len(), taken);
    assert_eq!(applied.into_iter().collect::<HashSet<_>>().len(), taken);
    host.stop().await;
}

/// Replicas of the receiver get the same events at the same moment, in different orders.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_that_arrives_several_times_at_once_is_applied_once() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    sender.emit(0..50).await;
    let batch = claimed(&sender).await;
    assert_eq!(batch.len(), 50);
    let router = inbox.router();
    let mut backwards = batch.clone();
    backwards.reverse();
    let reports = join_all((0..8).map(|copy| {
        let batch = if copy % 2 == 0 { &batch } else { &backwards };
        post(&router, batch)
    }))
    .await;

    let accepted = reports
        .iter()
        .flat_map(|report| &report.outcomes)
        .filter(|outcome| outcome.outcome == Outcome::Accepted)
        .count();
    assert_eq!(accepted, 50);
    let mut applied = inbox.applied().await;
    applied.sort_unstable();
    assert_eq!(applied, (0..50).collect::<Vec<_>>());
}

/// The events as a dispatcher sends them.
pub async fn claimed(sender: &Sender) -> Vec<CloudEvent> {
    let (seen, mut sent) = tokio::sync::mpsc::unbounded_channel();
    let dispatcher = sender.dispatcher(
        Scripted(move |batch: Vec<CloudEvent>| {
            let report = all(&batch, Outcome::Accepted);
            seen.send(batch).expect("the test listens");
            async move { Ok(report) }
        }),
        Policy {
            batch: 500,
            batch_bytes: 1 << 20,
            ..Policy::default()
        },
    );
    dispatcher.run_once().await.expect("the database answers");
    sent.try_recv().expect("one batch")
}
