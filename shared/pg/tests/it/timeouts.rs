//! Limits on waiting: on the server for statements and locks, on this side for a connection.

use std::time::{Duration, Instant};

use pg::sqlx::{self, Executor as _};
use pg::{PgConfig, Tx};

use crate::support::{Counted, LONG, add, config, connect, database, value};

#[tokio::test]
async fn the_settings_reach_the_server() {
    let db = database().await;
    let edge = connect(&PgConfig {
        statement_timeout_ms: 1_234,
        lock_timeout_ms: 567,
        application_name: "tally of the edge".to_owned(),
        ..config(&db)
    });

    for (setting, value) in [
        ("statement_timeout", "1234ms"),
        ("lock_timeout", "567ms"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("application_name", "tally of the edge"),
    ] {
        let shown: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(edge.pg.pool())
            .await
            .expect("it is sound");
        assert_eq!(shown, value, "{setting}");
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up_for_good() {
    let db = database().await;
    let edge = connect(&PgConfig {
        statement_timeout_ms: 300,
        ..config(&db)
    });

    let mut runs = 0;
    let error = edge
        .pg
        .run("sleep", |mut tx: Tx| {
            runs += 1;
            async move {
                add(1, &mut tx).await?;
                tx.execute("SELECT pg_sleep(60)").await
            }
        })
        .await
        .expect_err("the server gives it up");

    assert_eq!(pg::sql_state(&error).as_deref(), Some("57014"));
    assert!(pg::is_unavailable(&error), "to be answered with 503");
    assert!(!pg::is_connection_lost(&error));
    assert_eq!(runs, 1, "it would take as long again");
    assert_eq!(value(&db, 1).await, Some(0));
    assert_eq!(edge.ended("sleep", "failed"), 1);
}

#[tokio::test]
async fn a_lock_that_is_not_freed_is_given_up_for_good() {
    let db = database().await;
    let edge = connect(&PgConfig {
        lock_timeout_ms: 200,
        max_connections: 1,
        ..config(&db)
    });
    let mut holder = db.admin().begin().await.expect("the superuser connects");
    add(1, &mut holder).await.expect("it is sound");

    let error = edge
        .pg
        .run("add", async |mut tx: Tx| add(1, &mut tx).await)
        .await
        .expect_err("the lock is held");
    assert_eq!(pg::sql_state(&error).as_deref(), Some("55P03"));
    assert!(pg::is_unavailable(&error), "to be answered with 503");
    assert!(!pg::is_connection_lost(&error));

    let error = edge
        .pg
        .statement("add", async |mut tx: Tx| add(1, &mut tx).await)
        .await
        .expect_err("the lock is held");
    assert_eq!(pg::sql_state(&error).as_deref(), Some("55P03"));
    assert_eq!(edge.ended("add", "failed"), 2);

    holder.rollback().await.expect("it is sound");
    edge.pg
        .run("add", async |mut tx: Tx| add(1, &mut tx).await)
        .await
        .expect("the connection is as good as before");
    assert_eq!(value(&db, 1).await, Some(1));
}

#[tokio::test]
async fn without_a_free_connection_every_way_in_is_unavailable_in_time() {
    let db = database().await;
    let wait = Duration::from_millis(500);
    let edge = connect(&PgConfig {
        max_connections: 1,
        acquire_timeout_ms: 500,
        ..config(&db)
    });
    let held = loop {
        // Opening the first connection is part of the wait, and a busy machine may take longer for it.
        if let Ok(held) = edge.pg.pool().acquire().await {
            break held;
        }
    };

    let mut runs = 0;
    for way in ["run", "statement", "read", "ready"] {
        let started = Instant::now();
        let work = |mut tx: Tx| {
            runs += 1;
            async move { add(1, &mut tx).await }
        };
        let ended = match way {
            "run" => edge.pg.run("add", work).await,
            "statement" => edge.pg.statement("add", work).await,
            "read" => edge.pg.read("add", work).await,
            _ => edge.pg.ready().await,
        };
        let error = ended.expect_err("the only connection is taken");
        assert!(matches!(error, sqlx::Error::PoolTimedOut), "{way}: {error}");
        assert!(pg::is_unavailable(&error), "{way}: to be answered with 503");
        // Once the limit, not once per attempt; the rest is for a busy machine.
        let took = started.elapsed();
        assert!(took >= wait && took < wait * 4, "{way} took {took:?}");
    }
    assert_eq!(runs, 0);
    assert_eq!(edge.ended("add", "failed"), 3);
    assert!(edge.connections("used") > 0.9 && edge.connections("idle") < 0.1);

    drop(held);
    edge.pg.ready().await.expect("the connection is back");
}

#[tokio::test]
async fn a_closed_pool_is_unavailable() {
    let db = database().await;
    let edge = Counted::of(&db);
    edge.pg.ready().await.expect("the database answers");
    tokio::time::timeout(LONG, edge.pg.close())
        .await
        .expect("no connection is in use");

    let error = edge.pg.ready().await.expect_err("it is closed");
    assert!(matches!(error, sqlx::Error::PoolClosed), "{error}");
    assert!(pg::is_unavailable(&error));
    assert!(
        edge.connections("used") < 0.1 && edge.connections("idle") < 0.1,
        "a closed pool shows no connections"
    );
}
