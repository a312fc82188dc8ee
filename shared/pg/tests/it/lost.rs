//! Connections that die: what was surely undone starts anew, what may have happened does not.

use std::sync::atomic::{AtomicU32, Ordering};

use pg::sqlx::{self, Executor as _};
use pg::{PgConfig, Tx};
use test_support::{TestDb, free_port, wait_for};

use crate::support::{Counted, LONG, add, connect, database, die, value};

#[tokio::test]
async fn a_transaction_whose_connection_died_starts_anew() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    edge.pg
        .run("add", async |mut tx: Tx| {
            add(1, &mut tx).await?;
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                die(&mut tx).await?;
            }
            add(2, &mut tx).await
        })
        .await
        .expect("the second connection lives");

    assert_eq!(runs.into_inner(), 2);
    assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(1), Some(1)));
    assert_eq!(edge.retries("add", "connection"), 1);
    assert_eq!(edge.ended("add", "committed"), 1);
}

#[tokio::test]
async fn connections_that_keep_dying_are_given_up() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    let error = edge
        .pg
        .run("add", async |mut tx: Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            add(1, &mut tx).await?;
            die(&mut tx).await
        })
        .await
        .expect_err("no connection lives");

    assert!(pg::is_connection_lost(&error), "{error}");
    assert!(pg::is_unavailable(&error), "to be answered with 503");
    assert_eq!(runs.into_inner(), 5);
    assert_eq!(value(&db, 1).await, Some(0));
    assert_eq!(edge.retries("add", "connection"), 4);
    assert_eq!(edge.ended("add", "failed"), 1);
}

/// Nobody knows whether the server had committed, so a second attempt might do it twice.
#[tokio::test]
async fn a_connection_lost_during_commit_is_an_error() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    let error = edge
        .pg
        .run("last_word", async |mut tx: Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            tx.execute("INSERT INTO last_word VALUES (true)").await
        })
        .await
        .expect_err("the commit kills its session");

    assert!(pg::is_connection_lost(&error), "{error}");
    assert_eq!(runs.into_inner(), 1);
    assert_eq!(edge.retries("last_word", "connection"), 0);
    assert_eq!(edge.ended("last_word", "failed"), 1);
}

#[tokio::test]
async fn a_statement_whose_connection_died_is_not_tried_again() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    let error = edge
        .pg
        .statement("die", async |mut tx: Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            die(&mut tx).await
        })
        .await
        .expect_err("the statement kills its session");

    assert!(pg::is_connection_lost(&error), "{error}");
    assert!(pg::is_unavailable(&error), "to be answered with 503");
    assert_eq!(runs.into_inner(), 1);
    assert_eq!(edge.retries("die", "connection"), 0);
    assert_eq!(edge.ended("die", "failed"), 1);
}

#[tokio::test]
async fn a_read_whose_connection_died_starts_anew() {
    let db = database().await;
    let edge = Counted::of(&db);
    let runs = AtomicU32::new(0);

    let read: i64 = edge
        .pg
        .read("look", async |mut tx: Tx| {
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                die(&mut tx).await?;
            }
            sqlx::query_scalar("SELECT value FROM tally WHERE id = 1")
                .fetch_one(&mut *tx)
                .await
        })
        .await
        .expect("the second connection lives");

    assert_eq!(read, 0);
    assert_eq!(runs.into_inner(), 2);
    assert_eq!(edge.retries("look", "connection"), 1);
    assert_eq!(edge.ended("look", "committed"), 1);
}

/// Fills the pool with idle connections and ends them all on the server, as a restart does.
async fn restart(db: &TestDb, edge: &Counted, connections: u32) {
    let mut held = Vec::new();
    for _ in 0..connections {
        held.push(edge.pg.pool().acquire().await.expect("there is room"));
    }
    assert!((edge.connections("used") - f64::from(connections)).abs() < 0.1);
    drop(held);
    wait_for("the connections to be back", LONG, async || {
        let back = (edge.connections("idle") - f64::from(connections)).abs() < 0.1;
        back.then_some(())
    })
    .await;
    let ended: Vec<bool> = sqlx::query_scalar(
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'tally_edge'",
    )
    .fetch_all(db.admin())
    .await
    .expect("a superuser may");
    assert_eq!(ended, vec![true; connections as usize]);
}

/// The first finds its connection dead at the latest when it begins; after it all are tested before use, so the
/// others notice nothing.
#[tokio::test]
async fn after_a_restart_no_transaction_fails_and_at_most_one_notices() {
    let db = database().await;
    let edge = Counted::of(&db);
    restart(&db, &edge, 4).await;

    for _ in 0..4 {
        edge.pg
            .run("add", async |mut tx: Tx| add(1, &mut tx).await)
            .await
            .expect("it starts anew on a fresh connection");
    }

    assert_eq!(value(&db, 1).await, Some(4));
    assert!(edge.retries("add", "connection") <= 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let mut config = PgConfig::new(format!("postgres://nobody@127.0.0.1:{}/nothing", free_port()));
    config.acquire_timeout_ms = 200;
    let edge = connect(&config);

    let error = edge.pg.ready().await.expect_err("nobody listens");
    assert!(pg::is_unavailable(&error), "{error}");

    let error = edge
        .pg
        .run("add", async |mut tx: Tx| add(1, &mut tx).await)
        .await
        .expect_err("nobody listens");
    assert!(pg::is_unavailable(&error), "{error}");
    assert_eq!(edge.ended("add", "failed"), 1);
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    let refused = pg::Pg::connect(&PgConfig::new("not an address"), pg::Metrics::unregistered());
    assert!(refused.is_err());
}
