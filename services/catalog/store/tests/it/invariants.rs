//! Every rule notices its breach.

use std::cell::Cell;

use time::Duration;

use crate::support::{Shop, planning_once};

async fn breached(shop: &Shop, sql: &'static str) -> Vec<String> {
    sqlx::raw_sql(sql)
        .execute(shop.db.admin())
        .await
        .expect("a breach");
    let mut rules: Vec<String> = shop.violations().await.into_iter().map(|v| v.rule).collect();
    rules.dedup();
    rules
}

#[tokio::test]
async fn each_rule_notices_its_breach() {
    let cases: [(&str, &[&str]); 11] = [
        (
            "UPDATE stock SET on_hand = on_hand + 1 WHERE shelf = 'MSK-1'",
            &["balance", "availability"],
        ),
        (
            "UPDATE stock SET reserved = 2 WHERE shelf = 'MSK-1'",
            &["balance", "held", "availability"],
        ),
        (
            "ALTER TABLE stock DROP CONSTRAINT stock_reserved_is_on_hand;
             INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
             SELECT component_id, warehouse_id, 'import', -7, 0, now() FROM stock WHERE shelf = 'SPB-1';
             UPDATE stock SET on_hand = on_hand - 7 WHERE shelf = 'SPB-1'",
            &["negative", "availability"],
        ),
        (
            "UPDATE reservation_pick SET quantity = 2",
            &["held", "order_journal"],
        ),
        (
            "UPDATE reservation SET status = 'confirmed', settled_at = now()",
            &["held", "order_journal"],
        ),
        ("DELETE FROM reservation_line", &["hollow"]),
        (
            "DELETE FROM reservation_pick",
            &["held", "order_journal", "hollow"],
        ),
        (
            "INSERT INTO reservation_pick (order_id, component_id, warehouse_id, quantity)
             SELECT gen_random_uuid(), component_id, warehouse_id, 1 FROM stock",
            &["orphan"],
        ),
        (
            "INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
             SELECT gen_random_uuid(), id, 'import', 1, 0, now() FROM warehouse LIMIT 1",
            &["orphan"],
        ),
        (
            "UPDATE reservation SET expires_at = '2026-03-01 09:59Z'",
            &["overdue"],
        ),
        ("UPDATE product_availability SET available = 9", &["availability"]),
    ];
    for (sql, rules) in cases {
        let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3, 4])]).await;
        shop.reserve(&[("stool", 1)]).await;
        shop.assert_sound().await;
        assert_eq!(breached(&shop, sql).await, rules, "{sql}");
    }
}

#[tokio::test]
async fn a_change_in_the_queue_excuses_availability_and_lag_excuses_expiry() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3, 4])]).await;
    shop.reserve(&[("stool", 1)]).await;
    assert_eq!(shop.violations().await, []);
    shop.refresh().await;
    shop.clock.advance(Duration::minutes(21));
    let late = catalog_store::invariants(&shop.internal, shop.now(), Duration::minutes(2)).await;
    assert_eq!(late.expect("the database answers"), []);
    assert_eq!(shop.violations().await.len(), 1);
}

/// What a rollout is decided on: asked often, it knows just what selling too much would break.
#[tokio::test]
async fn more_held_than_reserved_or_there_is_counted_by_the_shelf() {
    for (sql, shelves) in [
        ("UPDATE stock SET reserved = 2 WHERE shelf = 'MSK-1'", 1),
        (
            "UPDATE reservation SET status = 'confirmed', settled_at = now()",
            1,
        ),
        (
            "ALTER TABLE stock DROP CONSTRAINT stock_reserved_is_on_hand;
             UPDATE stock SET on_hand = -1",
            2,
        ),
    ] {
        let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3, 4])]).await;
        shop.reserve(&[("stool", 1)]).await;
        let oversold = async || {
            let lately = catalog_store::oversold_lately(&shop.internal)
                .await
                .expect("answers");
            // All at once, and each shelf by itself.
            let anywhere = async |at_once| {
                let broken = catalog_store::oversold(&shop.internal, at_once, async |_| ()).await;
                broken.expect("answers")
            };
            [lately, anywhere(100).await, anywhere(1).await]
        };
        assert_eq!(oversold().await, [0; 3]);
        breached(&shop, sql).await;
        assert_eq!(oversold().await, [shelves; 3], "{sql}");
    }
}

/// Connections keep the plans that they made first, which may be when nothing is held: comparing each shelf with all that is
/// held took more than the five seconds a statement may take.
#[tokio::test]
async fn what_was_planned_while_nothing_was_held_compares_no_shelf_with_all_that_is() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3, 4])]).await;
    sqlx::raw_sql("ANALYZE")
        .execute(shop.db.admin())
        .await
        .expect("statistics");
    let pg = planning_once(&shop.db.url_for("catalog_internal"));
    assert_eq!(catalog_store::oversold_lately(&pg).await.expect("answers"), 0);
    let rested = Cell::new(0);
    let rest = async |_| rested.set(rested.get() + 1);
    assert_eq!(catalog_store::oversold(&pg, 1, rest).await.expect("answers"), 0);
    assert_eq!(rested.get(), 2, "once a slice");
    let mut conn = pg.pool().acquire().await.expect("the connection");
    // Escaped, so that this question is not among its own answers.
    let looks: Vec<String> = sqlx::query_scalar(
        "SELECT name || CASE WHEN cardinality(parameter_types) > 0
                             THEN '(' || rtrim(repeat('NULL,', cardinality(parameter_types)), ',') || ')' ELSE '' END
         FROM pg_prepared_statements WHERE statement LIKE '%FROM reservation\\_pick%'",
    )
    .fetch_all(&mut *conn)
    .await
    .expect("statements");
    assert_eq!(looks.len(), 2);
    for look in looks {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN (COSTS OFF) EXECUTE {look}"));
        let plan: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&mut *conn)
            .await
            .expect("a plan");
        let plan = plan.join("\n");
        assert!(!plan.contains("Join Filter"), "{plan}");
    }
}
