//! What `run` leaves behind.

use std::pin::pin;

use pg::sqlx;
use pg::{Isolation, Pg, PgConfig, Tx};
use test_support::wait_for;
use tokio::sync::oneshot;

use crate::support::{Counted, LONG, add, config, connect, database, value};
use crate::wire::Wire;

#[derive(Debug, thiserror::Error)]
enum AddError {
    #[error("enough is enough")]
    Enough,
    #[error("a tally cannot be negative")]
    Negative,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(AddError);

#[tokio::test]
async fn what_succeeds_is_committed() {
    let db = database().await;
    let edge = Counted::of(&db);

    let answer = edge
        .pg
        .run("add", async |mut tx: Tx| {
            add(1, &mut tx).await?;
            add(2, &mut tx).await?;
            assert_eq!(value(&db, 1).await, Some(0), "others see it before the commit");
            Ok::<_, sqlx::Error>("added")
        })
        .await
        .expect("it is sound");

    assert_eq!(answer, "added");
    assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(1), Some(1)));
    assert_eq!(edge.ended("add", "committed"), 1);
    assert_eq!(edge.timed("add"), 1);
}

#[tokio::test]
async fn a_refusal_undoes_everything_and_is_not_tried_again() {
    let db = database().await;
    let edge = Counted::of(&db);

    let mut runs = 0;
    let refused = edge
        .pg
        .run("add", |mut tx: Tx| {
            runs += 1;
            async move {
                add(1, &mut tx).await?;
                Err::<(), _>(AddError::Enough)
            }
        })
        .await;

    assert!(matches!(refused, Err(AddError::Enough)), "{refused:?}");
    assert_eq!(runs, 1);
    assert_eq!(value(&db, 1).await, Some(0));
    assert_eq!(edge.ended("add", "refused"), 1);
    assert_eq!(edge.ended("add", "committed"), 0);
}

#[tokio::test]
async fn a_broken_rule_of_the_database_undoes_everything() {
    let db = database().await;
    let edge = Counted::of(&db);

    let refused = edge
        .pg
        .run("take", async |mut tx: Tx| {
            add(1, &mut tx).await?;
            sqlx::query("UPDATE tally SET value = value - 1 WHERE id = 2")
                .execute(&mut *tx)
                .await
                .map_err(|error| match pg::constraint(&error) {
                    Some("tally_value_check") => AddError::Negative,
                    _ => error.into(),
                })?;
            Ok(())
        })
        .await;

    assert!(matches!(refused, Err(AddError::Negative)), "{refused:?}");
    assert_eq!(value(&db, 1).await, Some(0));
}

/// A statement the server does not understand is nobody's rule: it counts as failed, not as refused.
#[tokio::test]
async fn a_database_error_is_passed_on_and_counted_as_failed() {
    let db = database().await;
    let edge = Counted::of(&db);

    let failed = edge
        .pg
        .run("nonsense", async |mut tx: Tx| {
            add(1, &mut tx).await?;
            sqlx::query("SELECT nothing FROM nowhere")
                .execute(&mut *tx)
                .await?;
            Ok::<_, sqlx::Error>(())
        })
        .await
        .expect_err("there is no such table");

    assert_eq!(pg::sql_state(&failed).as_deref(), Some("42P01"));
    assert_eq!(value(&db, 1).await, Some(0));
    assert_eq!(edge.ended("nonsense", "failed"), 1);
}

/// As when a client goes away in the middle of a request.
#[tokio::test]
async fn a_run_given_up_halfway_leaves_nothing_and_frees_its_locks() {
    let db = database().await;
    let edge = Counted::of(&db);
    let (added, has_added) = oneshot::channel();
    let mut added = Some(added);
    {
        let run = edge.pg.run("hang", |mut tx: Tx| {
            let added = added.take();
            async move {
                add(1, &mut tx).await?;
                added.expect("it runs once").send(()).expect("the test waits");
                std::future::pending::<Result<(), sqlx::Error>>().await
            }
        });
        let mut run = pin!(run);
        tokio::select! {
            _ = &mut run => panic!("it cannot end"),
            added = has_added => added.expect("it came so far"),
        }
    }

    // Waits for the row's lock if the other has not yet been rolled back.
    let again = edge.pg.run("add", async |mut tx: Tx| add(1, &mut tx).await);
    tokio::time::timeout(LONG, again)
        .await
        .expect("the lock is free")
        .expect("it is sound");
    assert_eq!(value(&db, 1).await, Some(1));
}

/// What comes next over the same connection is not part of a transaction that nobody will end.
#[tokio::test]
async fn a_run_given_up_while_it_begins_leaves_no_transaction() {
    let db = database().await;
    let wire = Wire::to(&db.url_for("tally_edge")).await;
    let edge = connect(&PgConfig {
        url: wire.url().into(),
        max_connections: 1,
        ..config(&db)
    });
    edge.pg.ready().await.expect("the connection is open");
    wait_for("the connection to be back", LONG, async || {
        (edge.pg.pool().num_idle() == 1).then_some(())
    })
    .await;

    wire.hold_at_begin();
    tokio::select! {
        _ = edge.pg.run("hang", async |_: Tx| Ok::<_, sqlx::Error>(())) => panic!("it has no answer"),
        () = wire.held() => {}
    }
    wire.open();
    edge.pg
        .statement("add", async |mut tx: Tx| add(1, &mut tx).await)
        .await
        .expect("it is sound");
    assert_eq!(value(&db, 1).await, Some(1), "it is committed");
}

#[tokio::test]
async fn the_isolation_asked_for_is_the_one_in_force() {
    let db = database().await;
    let edge = Counted::of(&db);
    for (isolation, name) in [
        (Isolation::ReadCommitted, "read committed"),
        (Isolation::RepeatableRead, "repeatable read"),
        (Isolation::Serializable, "serializable"),
    ] {
        let shown: String = edge
            .pg
            .run_isolated(isolation, "show", async |mut tx: Tx| {
                sqlx::query_scalar("SHOW transaction_isolation")
                    .fetch_one(&mut *tx)
                    .await
            })
            .await
            .expect("it is sound");
        assert_eq!(shown, name);
    }
}

#[tokio::test]
async fn a_statement_needs_no_transaction_and_is_committed() {
    let db = database().await;
    let edge = Counted::of(&db);

    edge.pg
        .statement("add", async |mut tx: Tx| add(1, &mut tx).await)
        .await
        .expect("it is sound");
    let read: i64 = edge
        .pg
        .read("look", async |mut tx: Tx| {
            sqlx::query_scalar("SELECT value FROM tally WHERE id = 1")
                .fetch_one(&mut *tx)
                .await
        })
        .await
        .expect("it is sound");

    assert_eq!(read, 1);
    assert_eq!(value(&db, 1).await, Some(1));
    assert_eq!(edge.ended("add", "committed"), 1);
    assert_eq!(edge.ended("look", "committed"), 1);
}

/// Handlers are spawned, so what they await must be able to move between threads, also when the closure borrows
/// and lends its connection on (rust-lang/rust#110338).
#[tokio::test]
async fn the_futures_can_be_spawned() {
    async fn all(pg: &Pg, ids: Vec<i64>, word: &str) -> Result<String, AddError> {
        for id in &ids {
            pg.statement("add", async |mut tx: Tx| add(*id, &mut tx).await)
                .await?;
        }
        let _: i64 = pg
            .read("look", async |mut tx: Tx| {
                sqlx::query_scalar("SELECT value FROM tally WHERE id = $1")
                    .bind(ids[0])
                    .fetch_one(&mut *tx)
                    .await
            })
            .await?;
        pg.run("add", async |mut tx: Tx| {
            for id in &ids {
                add(*id, &mut tx).await?;
            }
            Ok(sqlx::query_scalar("SELECT $1::text")
                .bind(word)
                .fetch_one(&mut *tx)
                .await?)
        })
        .await
    }

    let db = database().await;
    let pg = db.pg("tally_edge");
    let spawned = tokio::spawn(async move {
        let word = String::from("done");
        all(&pg, vec![1, 2], &word).await
    });
    let answer = spawned.await.expect("it does not panic").expect("it is sound");
    assert_eq!(answer, "done");
    assert_eq!((value(&db, 1).await, value(&db, 2).await), (Some(2), Some(2)));
}
