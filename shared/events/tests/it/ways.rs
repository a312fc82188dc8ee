//! What must hold however events travel: each test runs over HTTP and through NATS.

use std::time::Duration;

use axum::Router;
use events::{
    Broker, Carrier, CloudEvent, DeadLetterPage, DeliveryReport, Dispatcher, Outcome, Policy, Transport,
    TransportError, dead_letter_routes,
};
use http::StatusCode;
use test_support::wait_for;

use crate::nats::{FROM, Nats, Puller, broker};
use crate::support::{Fault, Host, Inbox, Sender, TO, call, push_to};

const SOON: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Http,
    JetStream,
}

macro_rules! both_ways {
    ($($test:ident,)*) => {
        mod over_http {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::Way::Http).await;
            })*
        }
        mod through_jetstream {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if test_support::containers::wanted() {
                    super::$test(super::Way::JetStream).await;
                }
            })*
        }
    };
}
both_ways! {
    events_are_applied_once_and_in_order,
    nothing_is_lost_while_the_receiver_is_down,
    a_sender_that_dies_after_sending_does_not_apply_twice,
    an_event_that_fails_becomes_a_dead_letter_and_is_retried_by_hand,
    a_rejected_event_is_a_dead_letter_at_once_and_tried_every_minute,
    a_receiver_without_its_database_blames_no_event,
    a_slow_receiver_applies_once,
    two_replicas_of_the_receiver_apply_once,
}

/// A sender, a receiver, and the way between them.
struct Road {
    sender: Sender,
    inbox: Inbox,
    nats: Option<(Nats, Broker)>,
    /// Where the receiver's replicas are when they are there.
    ends: Vec<End>,
}

enum End {
    Host(Host),
    Puller(Puller),
}

impl Road {
    async fn new(way: Way) -> Self {
        Self::with(way, Policy::default()).await
    }

    async fn with(way: Way, policy: Policy) -> Self {
        let mut sender = Sender::new().await;
        let mut inbox = Inbox::new().await;
        inbox.receiver = inbox.receiver.patience(policy);
        let nats = match way {
            Way::Http => None,
            Way::JetStream => {
                sender.subscriptions = sender.subscriptions.through_broker();
                let nats = Nats::start().await.expect("containers are wanted");
                let broker = broker(&nats.config(), FROM, &sender.metrics);
                // Connected, so that what follows is not about the first connection.
                broker.provision().await.expect("it may");
                Some((nats, broker))
            }
        };
        let mut road = Self {
            sender,
            inbox,
            nats,
            ends: Vec::new(),
        };
        road.open().await;
        road
    }

    /// Adds a replica of the receiver.
    async fn open(&mut self) {
        let end = match &self.nats {
            None => End::Host(Host::start(self.inbox.router()).await),
            Some((nats, _)) => End::Puller(Puller::start(&nats.config(), &self.inbox).await),
        };
        self.ends.push(end);
    }

    /// Takes all replicas of the receiver away.
    async fn close(&mut self) {
        for end in self.ends.drain(..) {
            match end {
                End::Host(host) => drop(host.stop().await),
                End::Puller(puller) => puller.stop().await,
            }
        }
    }

    fn carrier(&self) -> Carrier {
        match (&self.nats, self.ends.first()) {
            (Some((_, broker)), _) => Carrier::JetStream(broker.transport()),
            (None, Some(End::Host(host))) => Carrier::Http(push_to(host.address)),
            _ => unreachable!("HTTP has a host"),
        }
    }

    fn dispatcher(&self, policy: Policy) -> Dispatcher<Carrier> {
        self.sender.dispatcher(self.carrier(), policy)
    }

    /// The desk of support at whoever keeps the dead letters.
    fn desk<T: Transport>(&self, dispatcher: &Dispatcher<T>) -> Router {
        let (pg, clock) = if self.nats.is_some() {
            (self.inbox.db.pg("events_dispatch"), &self.inbox.clock)
        } else {
            (self.sender.dispatch.clone(), &self.sender.clock)
        };
        dead_letter_routes(pg, clock.shared(), dispatcher.wake())
            .split_for_parts()
            .0
    }

    /// Lets time pass and everybody work until `look` finds something.
    async fn until<T: Transport, R>(
        &self,
        what: &str,
        dispatcher: &Dispatcher<T>,
        mut look: impl AsyncFnMut() -> Option<R>,
    ) -> R {
        wait_for(what, SOON, async || {
            self.pass(time::Duration::seconds(2));
            dispatcher.run_once().await.expect("the outbox answers");
            self.inbox
                .receiver
                .retry_put_aside()
                .await
                .expect("the inbox answers");
            look().await
        })
        .await
    }

    fn pass(&self, time: time::Duration) {
        self.sender.clock.advance(time);
        self.inbox.clock.advance(time);
    }

    /// Until as many were applied and nothing waits any more.
    async fn until_applied<T: Transport>(&self, dispatcher: &Dispatcher<T>, count: usize) -> Vec<u32> {
        self.until("all events", dispatcher, async || {
            let applied = self.inbox.applied().await;
            (applied.len() >= count && self.sender.waiting().await == 0).then_some(applied)
        })
        .await
    }
}

async fn letters(desk: &Router) -> DeadLetterPage {
    let (status, page) = call(desk, "GET", "/internal/v1/dead-letters", "", "").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    serde_json::from_value(page).expect("a page")
}

async fn events_are_applied_once_and_in_order(way: Way) {
    let mut road = Road::new(way).await;
    let dispatcher = road.dispatcher(Policy {
        batch: 7,
        ..Policy::default()
    });
    road.sender.emit(0..20).await;
    road.sender.emit(20..40).await;
    assert_eq!(
        road.until_applied(&dispatcher, 40).await,
        (0..40).collect::<Vec<_>>()
    );
    road.sender.emit([40]).await;
    assert_eq!(
        road.until_applied(&dispatcher, 41).await,
        (0..41).collect::<Vec<_>>()
    );
    road.close().await;
}

/// EVT-1.
async fn nothing_is_lost_while_the_receiver_is_down(way: Way) {
    let mut road = Road::new(way).await;
    let dispatcher = road.dispatcher(Policy::default());
    road.sender.emit(0..5).await;
    road.until_applied(&dispatcher, 5).await;

    road.close().await;
    road.sender.emit(5..10).await;
    for _ in 0..30 {
        dispatcher.run_once().await.unwrap();
        road.pass(time::Duration::seconds(5));
    }
    road.sender.emit(10..12).await;
    assert_eq!(road.inbox.applied().await.len(), 5);

    road.open().await;
    // Over HTTP the receiver has another address now, as after a new rollout.
    let dispatcher = road.dispatcher(Policy::default());
    let mut applied = road.until_applied(&dispatcher, 12).await;
    applied.sort_unstable();
    assert_eq!(applied, (0..12).collect::<Vec<_>>());
    let blamed = "SELECT count(*) FROM events.put_aside";
    let blamed: i64 = sqlx::query_scalar(blamed)
        .fetch_one(road.inbox.db.admin())
        .await
        .unwrap();
    assert_eq!(blamed, 0);
    road.close().await;
}

/// Sends, and then hears nothing.
struct Deaf(Carrier, tokio::sync::mpsc::UnboundedSender<DeliveryReport>);

impl Transport for Deaf {
    async fn deliver(&self, to: &str, batch: &[CloudEvent]) -> Result<DeliveryReport, TransportError> {
        let report = self.0.deliver(to, batch).await?;
        self.1.send(report).expect("the test listens");
        std::future::pending().await
    }
}

async fn a_sender_that_dies_after_sending_does_not_apply_twice(way: Way) {
    let mut road = Road::new(way).await;
    road.sender.emit(0..3).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let dying = road
        .sender
        .dispatcher(Deaf(road.carrier(), tell), Policy::default());
    let task = tokio::spawn(async move { dying.run_once().await });
    let report = told.recv().await.expect("a report");
    assert!(
        report
            .outcomes
            .iter()
            .all(|outcome| outcome.outcome == Outcome::Accepted),
        "{report:?}"
    );
    task.abort();
    assert_eq!(report.outcomes.len(), 3);
    assert_eq!(road.sender.waiting().await, 3, "nothing was written down");

    road.pass(time::Duration::seconds(31));
    let heir = road.dispatcher(Policy::default());
    assert_eq!(road.until_applied(&heir, 3).await, [0, 1, 2]);
    road.sender.emit([3]).await;
    assert_eq!(
        road.until_applied(&heir, 4).await,
        [0, 1, 2, 3],
        "the second sending is over"
    );
    road.close().await;
}

async fn an_event_that_fails_becomes_a_dead_letter_and_is_retried_by_hand(way: Way) {
    let policy = Policy {
        max_failures: 3,
        first_pause: Duration::from_millis(20),
        ..Policy::default()
    };
    let mut road = Road::with(way, policy.clone()).await;
    let dispatcher = road.dispatcher(policy);
    let desk = road.desk(&dispatcher);
    road.inbox.faults.set(1, Fault::Fail);
    let ids = road.sender.emit([0, 1, 2]).await;
    let letter = road
        .until("the dead letter", &dispatcher, async || {
            letters(&desk).await.items.pop()
        })
        .await;
    assert_eq!((letter.event_id, letter.subscriber.as_str()), (ids[1], TO));
    assert_eq!(letter.subject.as_deref(), Some("deed-1"));
    assert_eq!(letter.last_error.as_deref(), Some("not-now"));
    assert_eq!(letter.data["n"], 1);
    assert_eq!(road.inbox.applied().await, [0, 2], "the others do not suffer");

    // Time stands still: not the minute's try, but the one by hand.
    road.inbox.faults.mend();
    let (status, answer) = call(
        &desk,
        "POST",
        &format!("/internal/v1/dead-letters/{}/retry", ids[1]),
        "",
        "",
    )
    .await;
    assert_eq!((status, answer["retried"].as_u64()), (StatusCode::OK, Some(1)));
    assert!(
        letters(&desk).await.items.is_empty(),
        "it is an event like others"
    );
    wait_for("the retried event", SOON, async || {
        dispatcher.run_once().await.unwrap();
        road.inbox.receiver.retry_put_aside().await.unwrap();
        (road.inbox.applied().await == [0, 2, 1]).then_some(())
    })
    .await;
    let (status, _) = call(&desk, "POST", "/internal/v1/dead-letters/retry", "", "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(road.inbox.applied().await, [0, 2, 1]);
    road.close().await;
}

/// FLR-2.
async fn a_rejected_event_is_a_dead_letter_at_once_and_tried_every_minute(way: Way) {
    let mut road = Road::new(way).await;
    let dispatcher = road.dispatcher(Policy::default());
    let desk = road.desk(&dispatcher);
    road.inbox.faults.set(7, Fault::Reject);
    road.sender.emit([7]).await;
    let letter = wait_for("the dead letter", SOON, async || {
        dispatcher.run_once().await.unwrap();
        // For the connection's sake; far less than a minute.
        road.sender.clock.advance(time::Duration::milliseconds(300));
        letters(&desk).await.items.pop()
    })
    .await;
    assert_eq!(
        (letter.attempts, letter.last_error.as_deref()),
        (1, Some("never"))
    );

    let attempts = async || {
        dispatcher.run_once().await.unwrap();
        road.inbox.receiver.retry_put_aside().await.unwrap();
        letters(&desk).await.items.first().map(|letter| letter.attempts)
    };
    assert_eq!(attempts().await, Some(1), "not before the minute is over");
    road.pass(time::Duration::minutes(1));
    assert_eq!(attempts().await, Some(2));
    assert_eq!(attempts().await, Some(2));
    road.inbox.faults.mend();
    road.pass(time::Duration::minutes(1));
    assert_eq!(attempts().await, None);
    assert_eq!(road.inbox.applied().await, [7]);
    road.close().await;
}

async fn a_receiver_without_its_database_blames_no_event(way: Way) {
    let policy = Policy {
        max_failures: 2,
        ..Policy::default()
    };
    let mut road = Road::with(way, policy.clone()).await;
    let dispatcher = road.dispatcher(policy);
    road.sender.emit([0]).await;
    road.until_applied(&dispatcher, 1).await;

    road.inbox.admit(false).await;
    road.sender.emit(1..5).await;
    for _ in 0..5 {
        dispatcher.run_once().await.unwrap();
        road.pass(time::Duration::seconds(5));
        // Longer than NATS waits for a word about an event, all in all.
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(road.inbox.applied().await, [0]);

    road.inbox.admit(true).await;
    let mut applied = road.until_applied(&dispatcher, 5).await;
    applied.sort_unstable();
    assert_eq!(applied, [0, 1, 2, 3, 4]);
    assert!(letters(&road.desk(&dispatcher)).await.items.is_empty());
    road.close().await;
}

/// Twice as slow as NATS waits for a word about an event.
async fn a_slow_receiver_applies_once(way: Way) {
    let mut road = Road::new(way).await;
    // Another replica would take what the first one seems to have given up.
    road.open().await;
    let dispatcher = road.dispatcher(Policy::default());
    road.inbox.faults.set(1, Fault::Slow(Duration::from_secs(2)));
    road.sender.emit([0, 1, 2]).await;
    assert_eq!(road.until_applied(&dispatcher, 3).await, [0, 1, 2]);
    road.sender.emit([3]).await;
    assert_eq!(road.until_applied(&dispatcher, 4).await, [0, 1, 2, 3]);
    if way == Way::JetStream {
        let counted = road.inbox.metrics.render();
        assert!(
            !counted.contains("outcome=\"duplicate\""),
            "what is worked on is not sent again: {counted}"
        );
    }
    road.close().await;
}

async fn two_replicas_of_the_receiver_apply_once(way: Way) {
    const EVENTS: u32 = 300;
    let mut road = Road::new(way).await;
    road.open().await;
    let dispatcher = road.dispatcher(Policy {
        batch: 20,
        ..Policy::default()
    });
    for from in (0..EVENTS).step_by(50) {
        road.sender.emit(from..from + 50).await;
    }
    let mut applied = road
        .until_applied(&dispatcher, usize::try_from(EVENTS).unwrap())
        .await;
    applied.sort_unstable();
    assert_eq!(applied, (0..EVENTS).collect::<Vec<_>>());
    road.close().await;
}
