use pg::{Isolation, Pg};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use crate::shown::violations;

/// A rule of the catalog database that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Name of the rule.
    pub rule: String,
    /// What breaks it: an order's id, a product's id, or a component's and a warehouse's.
    pub subject: String,
}

/// Every breach of the rules that the catalog database alone can show, all seen at one moment; at most 100 a rule.
/// `lag` is how long after its end a reservation may still be held.
///
/// The rules:
/// - `balance`: what lies on a shelf, and what of it is held, is the sum of its movements;
/// - `negative`: neither is below zero, and no more is held than lies there;
/// - `held`: what is held is the sum of the picks of open reservations;
/// - `order_journal`: the movements of each order add up to what its status says: held, gone, or nothing;
/// - `hollow`: no reservation is without lines, or without picks;
/// - `orphan`: no pick is without its reservation, and no pick or movement without its shelf;
/// - `overdue`: no reservation is held after its end;
/// - `availability`: lists show what can be put together (CAT-6), but for units with a change still queued;
/// - `refresh`: the bounds are such that the refresh would notice a change that concerns a unit.
///
/// Needs a role that reads stock and reservations. Reads whole tables: not for every minute.
pub async fn invariants(pg: &Pg, now: OffsetDateTime, lag: Duration) -> Result<Vec<Violation>, sqlx::Error> {
    let overdue = now - lag;
    pg.run_isolated(Isolation::RepeatableRead, "invariants", async |mut tx: pg::Tx| {
        take_time(&mut tx).await?;
        let mut found = sqlx::query_as!(
            Violation,
            r#"(SELECT 'balance' AS "rule!", s.component_id || ' ' || s.warehouse_id AS "subject!"
                FROM stock s
                LEFT JOIN (SELECT component_id, warehouse_id,
                                  sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved
                           FROM stock_movement GROUP BY component_id, warehouse_id) m
                    ON m.component_id = s.component_id AND m.warehouse_id = s.warehouse_id
                WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.reserved <> coalesce(m.reserved, 0)
                LIMIT 100)
               UNION ALL
               (SELECT 'negative', component_id || ' ' || warehouse_id
                FROM stock WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand LIMIT 100)
               UNION ALL
               (SELECT 'held', s.component_id || ' ' || s.warehouse_id
                FROM stock s
                LEFT JOIN (SELECT p.component_id, p.warehouse_id, sum(p.quantity) AS quantity
                           FROM reservation r JOIN reservation_pick p ON p.order_id = r.order_id
                           WHERE r.status = 'reserved' GROUP BY p.component_id, p.warehouse_id) h
                    ON h.component_id = s.component_id AND h.warehouse_id = s.warehouse_id
                WHERE s.reserved <> coalesce(h.quantity, 0)
                LIMIT 100)
               UNION ALL
               (SELECT 'order_journal', order_id::text
                FROM (SELECT order_id, component_id, warehouse_id,
                             on_hand_delta AS on_hand, reserved_delta AS reserved
                      FROM stock_movement WHERE order_id IS NOT NULL
                      UNION ALL
                      SELECT p.order_id, p.component_id, p.warehouse_id,
                             CASE r.status WHEN 'confirmed' THEN p.quantity ELSE 0 END,
                             CASE r.status WHEN 'reserved' THEN -p.quantity ELSE 0 END
                      FROM reservation r JOIN reservation_pick p ON p.order_id = r.order_id) j
                GROUP BY order_id, component_id, warehouse_id
                HAVING sum(on_hand) <> 0 OR sum(reserved) <> 0
                LIMIT 100)
               UNION ALL
               (SELECT 'hollow', r.order_id::text
                FROM reservation r
                WHERE NOT EXISTS (SELECT FROM reservation_line l WHERE l.order_id = r.order_id)
                   OR NOT EXISTS (SELECT FROM reservation_pick p WHERE p.order_id = r.order_id)
                LIMIT 100)
               UNION ALL
               (SELECT 'orphan', p.order_id::text
                FROM reservation_pick p
                WHERE NOT EXISTS (SELECT FROM reservation r WHERE r.order_id = p.order_id)
                LIMIT 100)
               UNION ALL
               (SELECT 'orphan', m.component_id || ' ' || m.warehouse_id
                FROM (SELECT component_id, warehouse_id FROM stock_movement
                      UNION SELECT component_id, warehouse_id FROM reservation_pick
                      EXCEPT SELECT component_id, warehouse_id FROM stock) m
                LIMIT 100)
               UNION ALL
               (SELECT 'overdue', order_id::text
                FROM reservation WHERE status = 'reserved' AND expires_at < $1 LIMIT 100)"#,
            overdue,
        )
        .fetch_all(&mut *tx)
        .await?;
        found.extend(violations(&mut tx).await?);
        Ok(found)
    })
    .await
}

/// Lets the transaction's statements take as long as reading everything does, which is longer than any call may.
pub(crate) async fn take_time(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT set_config('statement_timeout', '240s', true) AS statement")
        .fetch_one(conn)
        .await?;
    Ok(())
}
