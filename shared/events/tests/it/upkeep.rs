use std::time::Duration;

use chassis::{Server, Service, Shutdown};
use events::{MigrateError, Policy, Roles};
use sqlx::{Connection as _, PgConnection};
use telemetry::Metrics;
use test_support::wait_for;

use crate::once::to;
use crate::support::{Fault, Inbox, ROLES, Sender};

/// The dispatcher as a service runs it: a call makes it look at once, a tick finds what others emitted.
#[tokio::test]
async fn jobs_deliver_on_a_call_and_on_a_tick() {
    for (tick, call) in [
        (Duration::from_hours(1), true),
        (Duration::from_millis(20), false),
    ] {
        let (sender, inbox) = (Sender::new().await, Inbox::new().await);
        let policy = Policy {
            tick,
            linger: Duration::ZERO,
            ..Policy::default()
        };
        let dispatcher = sender.dispatcher(to(inbox.router()), policy);
        let (wake, shutdown) = (dispatcher.wake(), Shutdown::new());
        let mut service = Service::new("sender", sender.metrics.clone());
        for job in dispatcher.jobs() {
            service = service.job(job);
        }
        let server = Server::bind(Vec::new()).await.unwrap();
        let stop = shutdown.clone();
        let running = tokio::spawn(server.run(vec![service], stop, Duration::ZERO, Duration::from_secs(5)));
        wait_for(
            "the first run, which finds nothing",
            Duration::from_secs(10),
            async || {
                let runs = "job_runs_total{job=\"events-to-receiver\",outcome=\"ok\"}";
                sender.metrics.render().contains(runs).then_some(())
            },
        )
        .await;

        sender.emit(0..3).await;
        if call {
            wake.wake();
        }
        wait_for("the events", Duration::from_secs(10), async || {
            (inbox.applied().await == [0, 1, 2]).then_some(())
        })
        .await;
        shutdown.trigger();
        assert_eq!(running.await.unwrap(), chassis::Drained::default());
    }
}

#[tokio::test]
async fn delivered_events_are_pruned_after_the_retention_and_others_never() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    let dispatcher = sender.dispatcher(to(inbox.router()), Policy::default());
    inbox.faults.set(1, Fault::Reject);
    sender.emit([0, 1]).await;
    dispatcher.run_once().await.unwrap();
    sender.clock.advance(time::Duration::days(6));
    sender.emit([2]).await;
    dispatcher.keep_house().await.unwrap();
    assert_eq!(sender.count("SELECT count(*) FROM events.outbox").await, 3);

    sender.clock.advance(time::Duration::days(2));
    dispatcher.keep_house().await.unwrap();
    let left: Vec<i32> = sqlx::query_scalar("SELECT (data ->> 'n')::int FROM events.outbox ORDER BY at")
        .fetch_all(sender.db.admin())
        .await
        .unwrap();
    assert_eq!(left, [1, 2], "a dead letter and a young event stay");
    let counted = sender.metrics.render();
    let oldest = 2 * 24 * 60 * 60;
    let waits = format!("events_oldest_undelivered_seconds{{subscriber=\"receiver\"}} {oldest}");
    assert!(counted.contains(&waits), "{counted}");
    assert!(
        counted.contains("events_dead_letters{subscriber=\"receiver\"} 1"),
        "{counted}"
    );
}

#[tokio::test]
async fn roles_may_do_their_part_and_no_more() {
    let sender = Sender::new().await;
    for (role, statement) in [
        ("events_emit", "SELECT FROM events.outbox"),
        ("events_emit", "SELECT FROM events.delivery"),
        ("events_emit", "DELETE FROM events.delivery"),
        (
            "events_emit",
            "INSERT INTO events.inbox VALUES (gen_random_uuid(), now())",
        ),
        ("events_dispatch", "UPDATE events.outbox SET type = 'other'"),
        ("events_dispatch", "SELECT FROM events.inbox"),
        ("events_receive", "SELECT FROM events.outbox"),
        ("events_receive", "SELECT FROM events.delivery"),
        ("events_receive", "UPDATE events.inbox SET received_at = now()"),
    ] {
        let mut conn = PgConnection::connect(&sender.db.url_for(role)).await.unwrap();
        let refused = sqlx::query(statement)
            .execute(&mut conn)
            .await
            .expect_err(statement);
        assert_eq!(
            pg::sql_state(&refused).as_deref(),
            Some("42501"),
            "{role}: {statement}"
        );
    }
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_odd_role_names_are_refused() {
    let sender = Sender::new().await;
    let owner = sender.db.url_for("events_owner");
    sender.emit([1]).await;
    events::migrate(&owner, ROLES).await.expect("a second time");
    assert_eq!(sender.waiting().await, 1);
    for name in ["", "a b", "x\"; DROP TABLE events.outbox; --", "Capital"] {
        let roles = Roles {
            emit: &[name],
            ..Roles::default()
        };
        let refused = events::migrate(&owner, roles).await;
        assert!(
            matches!(&refused, Err(MigrateError::RoleName(n)) if n == name),
            "{refused:?}"
        );
    }
}

#[test]
fn dispatcher_and_receiver_may_share_metrics() {
    let metrics = Metrics::new("both");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let inbox = Inbox::new().await;
        let sender = Sender {
            metrics: metrics.clone(),
            ..Sender::new().await
        };
        let _dispatcher = sender.dispatcher(to(inbox.router()), Policy::default());
        let _another = sender.dispatcher(to(inbox.router()), Policy::default());
    });
}
