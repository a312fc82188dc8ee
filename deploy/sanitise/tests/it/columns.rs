use sanitise::census;

use crate::world::{DATABASES, World};

/// The rules in the repository are for the schema in the repository: who adds a column says here what becomes of it.
#[tokio::test]
async fn the_committed_rules_know_every_column_and_no_other() {
    for (database, _) in DATABASES {
        let world = World::of(database).await;
        let stale = census::check(&world.rules, &mut world.connect().await).await;
        assert_eq!(
            stale.expect("every column has a rule"),
            Vec::<String>::new(),
            "{database}"
        );
    }
}

#[tokio::test]
async fn a_column_nobody_listed_stops_the_job() {
    let world = World::with_customers(20).await;
    world
        .execute("ALTER TABLE orders ADD COLUMN recipient_mail text")
        .await;
    world
        .execute("CREATE TABLE loyalty (phone text PRIMARY KEY, points bigint)")
        .await;
    world
        .execute("CREATE MATERIALIZED VIEW best AS SELECT recipient_phone FROM orders")
        .await;
    world.back_up();
    let names = world
        .texts("SELECT recipient_name FROM orders ORDER BY number")
        .await;
    let error = world.run().await.expect_err("refused").to_string();
    for column in [
        "public.orders.recipient_mail",
        "public.loyalty.phone",
        "public.loyalty.points",
        "public.best.recipient_phone",
    ] {
        assert!(error.contains(column), "{error}");
    }
    // Nothing came of it: no archive, no quarantine, and the target is as it was.
    assert_eq!(world.results(), Vec::<String>::new());
    assert_eq!(world.databases().await, [world.rules.database.as_str()]);
    assert_eq!(
        world
            .texts("SELECT recipient_name FROM orders ORDER BY number")
            .await,
        names
    );
}

/// A large object is in no column, so no rule could be for it.
#[tokio::test]
async fn large_objects_stop_the_job() {
    let world = World::with_customers(1).await;
    world
        .execute("SELECT lo_from_bytea(0, 'a photograph of a passport')")
        .await;
    world.back_up();
    let error = world.run().await.expect_err("refused").to_string();
    assert!(error.contains("large object"), "{error}");
}
