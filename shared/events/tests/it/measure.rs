//! How many events a second either transport carries: `cargo test --release -p events --test it measure -- --ignored
//! --nocapture`.

use std::time::{Duration, Instant};

use events::{Policy, Transport};
use test_support::wait_for;

use crate::nats::{FROM, Nats, Puller, broker};
use crate::support::{Host, Inbox, Sender, push_to};

const EVENTS: u32 = 20_000;

async fn emitted(brokered: bool) -> Sender {
    let mut sender = Sender::new().await;
    if brokered {
        sender.subscriptions = sender.subscriptions.through_broker();
    }
    for from in (0..EVENTS).step_by(100) {
        sender.emit(from..from + 100).await;
    }
    sender
}

/// Seconds until the outbox is empty, and until everything is applied.
async fn carried(sender: &Sender, inbox: &Inbox, transport: impl Transport) -> (f64, f64) {
    let dispatcher = sender.dispatcher(transport, Policy::default());
    let begun = Instant::now();
    wait_for("the outbox to be empty", Duration::from_mins(5), async || {
        dispatcher.run_once().await.expect("the outbox answers");
        sender.clock.advance(time::Duration::seconds(2));
        (sender.waiting().await == 0).then_some(())
    })
    .await;
    let sent = begun.elapsed().as_secs_f64();
    wait_for("all events", Duration::from_mins(5), async || {
        let applied = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM applied");
        let applied = applied.fetch_one(inbox.db.admin()).await.expect("a count");
        (applied == i64::from(EVENTS)).then_some(())
    })
    .await;
    (sent, begun.elapsed().as_secs_f64())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn events_a_second() {
    let (sender, inbox) = (emitted(false).await, Inbox::new().await);
    let host = Host::start(inbox.router()).await;
    let http = carried(&sender, &inbox, push_to(host.address)).await;
    host.stop().await;

    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (emitted(true).await, Inbox::new().await);
    let broker = broker(&nats.config(), FROM, &sender.metrics);
    broker.provision().await.expect("it may");
    let puller = Puller::start(&nats.config(), &inbox).await;
    let jetstream = carried(&sender, &inbox, broker.transport()).await;
    puller.stop().await;

    let rate = |seconds: f64| (f64::from(EVENTS) / seconds).round();
    for (name, (sent, applied)) in [("HTTP push", http), ("JetStream", jetstream)] {
        println!(
            "{name}: {} events/s off the outbox, {} events/s applied",
            rate(sent),
            rate(applied)
        );
    }
}
