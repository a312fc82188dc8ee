//! Many at once.

use std::sync::Arc;

use pg::{Isolation, Tx, sqlx};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::support::{Counted, LONG, add, database, value};

const MANY: usize = 16;

/// The gate lets in as many as the pool may have connections, whichever way they come.
#[tokio::test]
async fn all_connections_are_used_at_once() {
    let db = database().await;
    let edge = Arc::new(Counted::of(&db));
    let together = Arc::new(Barrier::new(MANY));
    let mut crowd = JoinSet::new();
    for nth in 0..MANY {
        let (edge, together) = (Arc::clone(&edge), Arc::clone(&together));
        crowd.spawn(async move {
            let meet = |mut tx: Tx| {
                let together = Arc::clone(&together);
                async move {
                    sqlx::query("SELECT").execute(&mut *tx).await?;
                    together.wait().await;
                    Ok::<_, sqlx::Error>(())
                }
            };
            match nth % 4 {
                0 => edge.pg.run("meet", meet).await,
                1 => edge.pg.run_isolated(Isolation::Serializable, "meet", meet).await,
                2 => edge.pg.statement("meet", meet).await,
                _ => edge.pg.read("meet", meet).await,
            }
        });
    }
    let met = timeout(LONG, crowd.join_all()).await;
    assert!(met.expect("they meet").iter().all(Result::is_ok));
    assert_eq!(edge.ended("meet", "committed"), 16);
}

/// Who comes to a pool that is new waits for the first that is free, and does not open one of his own.
#[tokio::test]
async fn a_crowd_of_short_visits_opens_few_connections() {
    let db = database().await;
    let edge = Arc::new(Counted::of(&db));
    let mut crowd = JoinSet::new();
    for _ in 0..MANY {
        let edge = Arc::clone(&edge);
        crowd.spawn(async move {
            edge.pg
                .statement("add", async |mut tx: Tx| add(1, &mut tx).await)
                .await
        });
    }
    let added = timeout(LONG, crowd.join_all()).await.expect("they come through");
    assert!(added.iter().all(Result::is_ok), "{added:?}");
    assert_eq!(value(&db, 1).await, Some(16));
    let opened = edge.pg.pool().size();
    assert!(opened <= 8, "{opened} connections for sixteen short statements");
}
