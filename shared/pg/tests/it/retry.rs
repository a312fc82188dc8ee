//! Conflicts the server breaks off are fought out anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use pg::sqlx;
use pg::{Isolation, Tx};
use test_support::TestDb;
use tokio::sync::Barrier;

use crate::support::{Counted, add, config, connect, database, someone_waits, value};

/// Adds to both tallies in the given order; on its first attempt it waits between the two until the other has
/// come as far.
async fn add_both(edge: &Counted, order: [i64; 2], meeting: &Barrier, runs: &AtomicU64) {
    let first = AtomicU32::new(1);
    edge.pg
        .run("add_both", async |mut tx: Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            add(order[0], &mut tx).await?;
            if first.swap(0, Ordering::Relaxed) == 1 {
                meeting.wait().await;
            }
            add(order[1], &mut tx).await
        })
        .await
        .expect("a deadlock has a survivor, and the other comes after it");
}

#[tokio::test]
async fn a_deadlock_is_survived_by_both() {
    let db = database().await;
    let edge = Counted::of(&db);
    let meeting = Barrier::new(2);
    let runs = AtomicU64::new(0);

    tokio::join!(
        add_both(&edge, [1, 2], &meeting, &runs),
        add_both(&edge, [2, 1], &meeting, &runs),
    );

    assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(2), Some(2)));
    let retries = edge.retries("add_both", "deadlock");
    assert!(retries >= 1, "there was no deadlock");
    assert_eq!(runs.into_inner(), 2 + retries);
    assert_eq!(edge.ended("add_both", "committed"), 2);
    assert_eq!(edge.timed("add_both"), 2);
}

/// Reads a tally, has it changed by another `conflicts` times, and adds to it what was read.
async fn add_to_what_was_read(
    db: &TestDb,
    edge: &Counted,
    conflicts: u32,
    runs: &AtomicU32,
) -> Result<(), sqlx::Error> {
    edge.pg
        .run_isolated(Isolation::RepeatableRead, "add_read", async |mut tx: Tx| {
            let read: i64 = sqlx::query_scalar("SELECT value FROM tally WHERE id = 1")
                .fetch_one(&mut *tx)
                .await?;
            if runs.fetch_add(1, Ordering::Relaxed) < conflicts {
                let mut other = db.admin().acquire().await?;
                add(1, &mut other).await?;
            }
            sqlx::query("UPDATE tally SET value = $1 + 10 WHERE id = 1")
                .bind(read)
                .execute(&mut *tx)
                .await?;
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_serialization_failure_starts_anew_from_what_is_there_now() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    add_to_what_was_read(&db, &edge, 4, &runs)
        .await
        .expect("the fifth attempt has nobody beside it");

    assert_eq!(runs.into_inner(), 5);
    assert_eq!(
        value(&db, 1).await,
        Some(14),
        "no addition of the others was lost"
    );
    assert_eq!(edge.retries("add_read", "serialization"), 4);
    assert_eq!(edge.ended("add_read", "committed"), 1);
}

#[tokio::test]
async fn after_the_fifth_attempt_the_conflict_is_the_callers() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    let error = add_to_what_was_read(&db, &edge, u32::MAX, &runs)
        .await
        .expect_err("there is always somebody beside it");

    assert_eq!(pg::sql_state(&error).as_deref(), Some("40001"));
    assert!(pg::is_unavailable(&error), "to be answered with 503");
    assert_eq!(runs.into_inner(), 5);
    assert_eq!(value(&db, 1).await, Some(5), "only the others' additions");
    assert_eq!(edge.retries("add_read", "serialization"), 4);
    assert_eq!(edge.ended("add_read", "failed"), 1);
    assert_eq!(edge.timed("add_read"), 1);
}

/// A lone statement meets the same conflict where the role's transactions are stricter.
fn strict(db: &TestDb) -> Arc<Counted> {
    let mut config = config(db);
    config.url = format!(
        "{}?options[default_transaction_isolation]=serializable",
        config.url.expose()
    )
    .into();
    Arc::new(connect(&config))
}

#[tokio::test]
async fn a_statement_in_conflict_is_tried_again() {
    let db = database().await;
    let edge = strict(&db);
    let mut other = db.admin().begin().await.expect("the superuser connects");
    add(1, &mut other).await.expect("it is sound");

    let statement = tokio::spawn({
        let edge = Arc::clone(&edge);
        async move {
            edge.pg
                .statement("add", async |mut tx: Tx| add(1, &mut tx).await)
                .await
        }
    });
    someone_waits(&db).await;
    other.commit().await.expect("it is sound");

    statement
        .await
        .expect("it does not panic")
        .expect("the second attempt has nobody beside it");
    assert_eq!(value(&db, 1).await, Some(2));
    assert_eq!(edge.retries("add", "serialization"), 1);
    assert_eq!(edge.ended("add", "committed"), 1);
}

#[tokio::test]
async fn a_read_in_conflict_is_tried_again() {
    let db = database().await;
    let edge = strict(&db);
    let mut other = db.admin().begin().await.expect("the superuser connects");
    add(1, &mut other).await.expect("it is sound");

    let read = tokio::spawn({
        let edge = Arc::clone(&edge);
        async move {
            edge.pg
                .read("look", async |mut tx: Tx| {
                    sqlx::query_scalar::<_, i64>("SELECT value FROM tally WHERE id = 1 FOR SHARE")
                        .fetch_one(&mut *tx)
                        .await
                })
                .await
        }
    });
    someone_waits(&db).await;
    other.commit().await.expect("it is sound");

    let read = read
        .await
        .expect("it does not panic")
        .expect("the second attempt has nobody beside it");
    assert_eq!(read, 1);
    assert_eq!(edge.retries("look", "serialization"), 1);
}
