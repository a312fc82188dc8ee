//! What goes wrong between a service and NATS.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::jetstream::consumer::pull;
use events::{Dispatcher, Policy, Transport};
use test_support::{free_port, wait_for};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::nats::{FROM, Nats, Puller, broker, config};
use crate::support::{Deed, Inbox, Sender, TO, TYPE};

const SOON: Duration = Duration::from_secs(30);
const STREAM: &str = "GARNITUR_EVENTS";

/// A sender whose events go to the broker.
pub async fn sender() -> Sender {
    let mut sender = Sender::new().await;
    sender.subscriptions = sender.subscriptions.through_broker();
    sender
}

/// Runs the dispatcher until nothing waits in the outbox.
pub async fn until_sent<T: Transport>(sender: &Sender, dispatcher: &Dispatcher<T>) {
    wait_for("the outbox to be empty", SOON, async || {
        sender.clock.advance(time::Duration::seconds(2));
        dispatcher.run_once().await.expect("the outbox answers");
        (sender.waiting().await == 0).then_some(())
    })
    .await;
}

pub async fn until_applied(inbox: &Inbox, count: usize) -> Vec<u32> {
    wait_for("the events", SOON, async || {
        let applied = inbox.applied().await;
        (applied.len() >= count).then_some(applied)
    })
    .await
}

/// What the server says of the receiver's consumer: not acknowledged, not delivered.
pub async fn left(nats: &Nats) -> (usize, u64) {
    let client = async_nats::connect(format!("nats://127.0.0.1:{}", nats.port()))
        .await
        .expect("NATS");
    let consumer = async_nats::jetstream::new(client)
        .get_consumer_from_stream::<pull::Config, _, _>(TO, STREAM)
        .await
        .expect("the consumer");
    let info = consumer.get_info().await.expect("an answer");
    (info.num_ack_pending, info.num_pending)
}

/// A wire to a NATS server that is cut by the first acknowledgement on it, which does not arrive.
async fn wire_without_acknowledgements(port: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let here = listener.local_addr().expect("an address").port();
    let cut = Arc::new(AtomicBool::new(false));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            if cut.load(Ordering::Relaxed) {
                continue;
            }
            let cut = Arc::clone(&cut);
            tokio::spawn(async move {
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.expect("NATS");
                let (mut from_client, mut from_server) = (vec![0; 64 << 10], vec![0; 64 << 10]);
                loop {
                    tokio::select! {
                        read = client.read(&mut from_client) => {
                            let Ok(read @ 1..) = read else { break };
                            let chunk = &from_client[..read];
                            if chunk.windows(8).any(|window| window == b"$JS.ACK.") {
                                cut.store(true, Ordering::Relaxed);
                                break;
                            }
                            server.write_all(chunk).await.expect("NATS reads");
                        }
                        read = server.read(&mut from_server) => {
                            let Ok(read @ 1..) = read else { break };
                            client.write_all(&from_server[..read]).await.expect("the client reads");
                        }
                    }
                }
            });
        }
    });
    here
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_killed_between_commit_and_acknowledgement_does_not_apply_twice() {
    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let dispatcher = sender.dispatcher(
        broker(&nats.config(), FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    sender.emit(0..3).await;
    until_sent(&sender, &dispatcher).await;

    let wire = wire_without_acknowledgements(nats.port()).await;
    let doomed = Puller::start(&config(wire), &inbox).await;
    assert_eq!(until_applied(&inbox, 3).await, [0, 1, 2]);
    doomed.kill().await;
    assert_eq!(left(&nats).await, (3, 0), "applied, though NATS cannot know");

    let heir = Puller::start(&nats.config(), &inbox).await;
    wait_for("the acknowledgements", SOON, async || {
        (left(&nats).await == (0, 0)).then_some(())
    })
    .await;
    assert_eq!(inbox.applied().await, [0, 1, 2]);
    let counted = inbox.metrics.render();
    assert!(
        counted.contains("events_received_total{outcome=\"duplicate\"} 3"),
        "{counted}"
    );
    heir.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nats_killed_while_events_flow_loses_nothing() {
    const ROUNDS: u32 = 60;
    const EACH: u32 = 20;
    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let config = nats.config();
    let pullers = [
        Puller::start(&config, &inbox).await,
        Puller::start(&config, &inbox).await,
    ];
    let policy = Policy {
        batch: 15,
        ..Policy::default()
    };
    let dispatcher = sender.dispatcher(broker(&config, FROM, &sender.metrics).transport(), policy);
    let over = Arc::new(AtomicBool::new(false));
    let (works, end, clock) = (dispatcher.clone(), Arc::clone(&over), sender.clock.clone());
    let work = tokio::spawn(async move {
        while !end.load(Ordering::Relaxed) {
            works.run_once().await.expect("the outbox answers");
            clock.advance(time::Duration::milliseconds(100));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    for round in 0..ROUNDS {
        sender.emit(round * EACH..(round + 1) * EACH).await;
        if round % 15 == 7 {
            let applied = inbox.applied().await.len();
            nats.kill().await;
            sender.emit([ROUNDS * EACH + round]).await;
            nats.come_back().await;
            // It flows again before the next blow.
            until_applied(&inbox, applied + 1).await;
        }
    }
    let all = usize::try_from(ROUNDS * EACH).unwrap() + 4;
    let mut applied = until_applied(&inbox, all).await;
    over.store(true, Ordering::Relaxed);
    work.await.expect("it does not panic");
    until_sent(&sender, &dispatcher).await;
    wait_for("the acknowledgements", SOON, async || {
        (left(&nats).await == (0, 0)).then_some(())
    })
    .await;
    assert_eq!(inbox.applied().await.len(), all, "nothing comes after all");
    applied.sort_unstable();
    applied.dedup();
    assert_eq!(applied.len(), all, "each once");
    for puller in pullers {
        puller.stop().await;
    }
}

/// Counts the lines of a level that say something about NATS.
#[derive(Clone, Default)]
struct Told(Arc<std::sync::Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Told {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Message(String);
        impl tracing::field::Visit for Message {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                if field.name() == "message" {
                    self.0 = format!("{value:?}");
                }
            }
        }
        if event.metadata().target().starts_with("events") {
            let mut message = Message(String::new());
            event.record(&mut message);
            let told = format!("{}: {}", event.metadata().level(), message.0);
            self.0.lock().unwrap().push(told);
        }
    }
}

/// Services start and serve without NATS. On one thread, so that the log can be listened to.
#[tokio::test]
async fn without_nats_events_wait_and_the_log_says_so_once() {
    use tracing_subscriber::layer::SubscriberExt as _;
    let told = Told::default();
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
    // With a single subscriber, tracing takes the thread that comes to a line first for all threads: another test's, which
    // listens to nothing.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let port = free_port();
    let puller = Puller::start(&config(port), &inbox).await;
    let dispatcher = sender.dispatcher(
        broker(&config(port), FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    sender.emit(0..5).await;
    let started = tokio::time::Instant::now();
    while started.elapsed() < Duration::from_secs(4) {
        assert_eq!(dispatcher.run_once().await.unwrap(), 0);
        sender.clock.advance(time::Duration::seconds(1));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let blamed = "SELECT count(*) FROM events.delivery WHERE failures > 0";
    assert_eq!((sender.waiting().await, sender.count(blamed).await), (5, 0));
    let connected = |up: u8| format!("events_broker_connected {up}");
    assert!(sender.metrics.render().contains(&connected(0)));
    let lines = |start: &str| {
        let told = told.0.lock().unwrap();
        told.iter()
            .filter(|line| line.starts_with(start))
            .cloned()
            .collect::<Vec<_>>()
    };
    // The sender's link, the receiver's, and the dispatcher: one line each.
    assert_eq!(lines("WARN").len(), 3, "{:?}", lines(""));
    assert_eq!(lines("ERROR"), Vec::<String>::new());

    let Some(nats) = Nats::at(port).await else { return };
    until_sent(&sender, &dispatcher).await;
    assert_eq!(until_applied(&inbox, 5).await, [0, 1, 2, 3, 4]);
    assert!(sender.metrics.render().contains(&connected(1)));
    assert!(inbox.metrics.render().contains(&connected(1)));
    assert_eq!(lines("WARN").len(), 3, "{:?}", lines(""));
    assert_eq!(lines("ERROR"), Vec::<String>::new());
    puller.stop().await;
    drop(nats);
}

/// A stream that is full refuses; what it refuses waits in the outbox.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_full_stream_refuses_waits_in_the_outbox() {
    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let mut config = nats.config();
    config.max_bytes = 30_000;
    let dispatcher = sender.dispatcher(
        broker(&config, FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    emit_heavy(&sender, 0..60, 1_000).await;
    wait_for("some to be stored", SOON, async || {
        sender.clock.advance(time::Duration::seconds(2));
        dispatcher.run_once().await.expect("the outbox answers");
        (left_if_any(&nats).await > 10).then_some(())
    })
    .await;
    for _ in 0..5 {
        sender.clock.advance(time::Duration::seconds(5));
        dispatcher.run_once().await.unwrap();
    }
    let blamed = "SELECT count(*) FROM events.delivery WHERE failures > 0 OR dead_at IS NOT NULL";
    assert!(sender.waiting().await > 10);
    assert_eq!(sender.count(blamed).await, 0);

    let puller = Puller::start(&config, &inbox).await;
    until_sent(&sender, &dispatcher).await;
    let mut applied = until_applied(&inbox, 60).await;
    applied.sort_unstable();
    assert_eq!(applied, (0..60).collect::<Vec<_>>());
    puller.stop().await;
}

async fn left_if_any(nats: &Nats) -> u64 {
    let client = async_nats::connect(format!("nats://127.0.0.1:{}", nats.port()))
        .await
        .expect("NATS");
    let context = async_nats::jetstream::new(client);
    match context.get_stream(STREAM).await {
        Ok(stream) => stream.cached_info().state.messages,
        Err(_) => 0,
    }
}

async fn emit_heavy(sender: &Sender, numbers: std::ops::Range<u32>, bytes: usize) {
    let weight = "x".repeat(bytes);
    let events: Vec<_> = numbers
        .map(|n| {
            let weight = weight.clone();
            sender.clock.advance(time::Duration::milliseconds(1));
            events::NewEvent::new(&sender.clock, TYPE, &Deed { n, weight })
        })
        .collect();
    let mut conn = sender.emit.pool().acquire().await.unwrap();
    events::emit(&mut conn, &events, &sender.subscriptions)
        .await
        .unwrap();
}

/// One that NATS will never take stays with the sender; the others are not held up by it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_too_large_for_nats_is_a_dead_letter_of_its_sender() {
    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let config = nats.config();
    let puller = Puller::start(&config, &inbox).await;
    let dispatcher = sender.dispatcher(
        broker(&config, FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    emit_heavy(&sender, 0..1, 2 << 20).await;
    sender.emit([1, 2]).await;
    wait_for("the others", SOON, async || {
        sender.clock.advance(time::Duration::seconds(2));
        dispatcher.run_once().await.unwrap();
        (inbox.applied().await == [1, 2]).then_some(())
    })
    .await;
    let dead = "SELECT count(*) FROM events.delivery WHERE dead_at IS NOT NULL AND last_error = 'too-large'";
    assert_eq!((sender.waiting().await, sender.count(dead).await), (1, 1));
    puller.stop().await;
}

/// Without the receiver's consumer the server would take the events and keep nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_published_that_a_receiver_would_not_get() {
    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let may = nats.config();
    let mut may_not = nats.config();
    may_not.provision = false;
    let puller = Puller::start(&may_not, &inbox).await;
    let dispatcher = sender.dispatcher(
        broker(&may_not, FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    // The stream alone, as if the consumer had been forgotten.
    let client = async_nats::connect(format!("nats://127.0.0.1:{}", nats.port()))
        .await
        .unwrap();
    let context = async_nats::jetstream::new(client);
    let owner = broker(&may, FROM, &sender.metrics);
    owner.provision().await.expect("it may");
    context
        .delete_consumer_from_stream(TO, STREAM)
        .await
        .expect("it is gone");
    sender.emit(0..3).await;
    wait_for("the connection", SOON, async || {
        dispatcher.run_once().await.unwrap();
        sender.clock.advance(time::Duration::seconds(2));
        let told = "SELECT count(*) FROM events.delivery WHERE last_error LIKE '%the consumer receiver%'";
        (sender.count(told).await > 0).then_some(())
    })
    .await;
    assert_eq!(sender.waiting().await, 3);

    owner.provision().await.expect("it may");
    owner.provision().await.expect("a second time changes nothing");
    until_sent(&sender, &dispatcher).await;
    assert_eq!(until_applied(&inbox, 3).await, [0, 1, 2]);
    puller.stop().await;
}
