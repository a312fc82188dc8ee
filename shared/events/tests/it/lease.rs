use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use events::{CloudEvent, Outcome, Policy};
use tokio::sync::Semaphore;

use crate::once::to;
use crate::support::{Inbox, Scripted, Sender, all, post};

/// A dispatcher hangs on a subscriber; when its lease is over, another one delivers, and the first, once it comes
/// back, must not undo that.
#[tokio::test]
async fn another_dispatcher_takes_over_when_the_lease_is_over() {
    let (sender, inbox) = (Sender::new().await, Inbox::new().await);
    sender.emit(0..3).await;
    let (arrived, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (router, here, open) = (inbox.router(), Arc::clone(&arrived), Arc::clone(&gate));
    let slow = sender.dispatcher(
        Scripted(move |batch: Vec<CloudEvent>| {
            let (router, here, open) = (router.clone(), Arc::clone(&here), Arc::clone(&open));
            async move {
                here.add_permits(1);
                let _pass = open.acquire().await.expect("the gate is there");
                Ok(post(&router, &batch).await)
            }
        }),
        Policy::default(),
    );
    let task = tokio::spawn(async move { slow.run_once().await });
    let _ = arrived.acquire().await.expect("the first one has the lease");

    let other = sender.dispatcher(to(inbox.router()), Policy::default());
    assert_eq!(other.run_once().await.unwrap(), 0, "they are leased");
    sender.clock.advance(time::Duration::seconds(31));
    assert_eq!(other.run_once().await.unwrap(), 3);
    assert_eq!(sender.waiting().await, 0);

    gate.add_permits(1);
    task.await
        .expect("it does not panic")
        .expect("the database answers");
    assert_eq!(inbox.applied().await, [0, 1, 2]);
    let counted = sender.metrics.render();
    assert!(
        counted.contains("events_lost_leases_total{subscriber=\"receiver\"} 1"),
        "{counted}"
    );
}

/// The first dispatcher says "failed" after its lease went to another one, whose word counts.
#[tokio::test]
async fn a_lost_lease_settles_nothing() {
    let sender = Sender::new().await;
    sender.emit([1]).await;
    let (arrived, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let hanging = |outcome: Outcome| {
        let (here, open) = (Arc::clone(&arrived), Arc::clone(&gate));
        sender.dispatcher(
            Scripted(move |batch: Vec<CloudEvent>| {
                let (here, open) = (Arc::clone(&here), Arc::clone(&open));
                async move {
                    here.add_permits(1);
                    open.acquire().await.expect("the gate is there").forget();
                    Ok(all(&batch, outcome))
                }
            }),
            Policy::default(),
        )
    };
    let (first, second) = (hanging(Outcome::Accepted), hanging(Outcome::Failed));
    let first = tokio::spawn(async move { first.run_once().await });
    arrived.acquire().await.unwrap().forget();
    sender.clock.advance(time::Duration::seconds(31));
    let second = tokio::spawn(async move { second.run_once().await });
    arrived.acquire().await.unwrap().forget();

    // Semaphores are fair: the first dispatcher is let through first.
    gate.add_permits(1);
    first.await.unwrap().unwrap();
    assert_eq!(
        sender.waiting().await,
        1,
        "the delivery belongs to the second one"
    );
    gate.add_permits(1);
    second.await.unwrap().unwrap();
    assert_eq!(
        sender.count("SELECT failures::bigint FROM events.delivery").await,
        1
    );
    assert_eq!(
        sender.count("SELECT attempts::bigint FROM events.delivery").await,
        2
    );
}

#[tokio::test]
async fn no_transaction_and_no_lock_is_held_while_sending() {
    let sender = Sender::new().await;
    sender.emit(0..5).await;
    let admin = sender.db.admin().clone();
    let looked = Arc::new(AtomicUsize::new(0));
    let looks = Arc::clone(&looked);
    let dispatcher = sender.dispatcher(
        Scripted(move |batch: Vec<CloudEvent>| {
            let (admin, looks) = (admin.clone(), Arc::clone(&looks));
            async move {
                let busy: Vec<String> = sqlx::query_scalar(
                    "SELECT state || ': ' || query FROM pg_stat_activity
                     WHERE datname = current_database() AND usename = 'events_dispatch'
                       AND (state <> 'idle' OR xact_start IS NOT NULL)",
                )
                .fetch_all(&admin)
                .await
                .expect("the activity");
                assert!(busy.is_empty(), "{busy:?}");
                // Would wait, and fail, if any row were locked.
                sqlx::query("SELECT FROM events.delivery FOR UPDATE NOWAIT")
                    .execute(&admin)
                    .await
                    .expect("no row is locked");
                looks.fetch_add(1, Ordering::Relaxed);
                Ok(all(&batch, Outcome::Accepted))
            }
        }),
        Policy {
            batch: 2,
            ..Policy::default()
        },
    );
    assert_eq!(dispatcher.run_once().await.unwrap(), 5);
    assert_eq!(looked.load(Ordering::Relaxed), 3);
}
