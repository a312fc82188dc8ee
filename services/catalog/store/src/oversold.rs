use std::time::{Duration, Instant};

use pg::Pg;
use uuid::Uuid;

/// On how many shelves more is held than lies there, or other than open reservations say (STK-4). 0 when all is well.
/// Reads all stock, so many shelves a statement, so that each takes a moment; after each that found some, `rest` is awaited
/// with the time that it took. [`crate::invariants`] says more.
pub async fn oversold(pg: &Pg, shelves: i64, rest: impl AsyncFn(Duration)) -> Result<i64, sqlx::Error> {
    let mut broken = 0;
    let mut after = (Uuid::nil(), Uuid::nil());
    loop {
        let begun = Instant::now();
        let slice = pg
            .read("oversold", async |mut tx: pg::Tx| {
                // Picks are looked up by order, and grouped with shelves instead of joined to them: the planner does not know
                // how much is held, and compares all with all of what it took for little.
                sqlx::query!(
                    r#"WITH slice AS MATERIALIZED (
                           SELECT component_id, warehouse_id, on_hand, reserved FROM stock
                           WHERE (component_id, warehouse_id) > ($1, $2) ORDER BY component_id, warehouse_id LIMIT $3
                       ),
                       last AS (
                           SELECT component_id, warehouse_id FROM slice
                           ORDER BY component_id DESC, warehouse_id DESC LIMIT 1
                       ),
                       shelf AS (
                           SELECT max(on_hand) AS on_hand, max(reserved) AS reserved, sum(held) AS held
                           FROM (
                               SELECT component_id, warehouse_id, on_hand, reserved, 0::bigint AS held FROM slice
                               UNION ALL
                               SELECT p.component_id, p.warehouse_id, NULL, NULL, p.quantity
                               FROM reservation r
                               CROSS JOIN LATERAL (
                                   SELECT component_id, warehouse_id, quantity FROM reservation_pick
                                   WHERE order_id = r.order_id
                                     AND component_id BETWEEN $1 AND (SELECT component_id FROM last) OFFSET 0
                               ) p
                               WHERE r.status = 'reserved'
                           ) known
                           GROUP BY component_id, warehouse_id
                       )
                       -- What is held of the first and the last component may lie in other slices.
                       SELECT count(*) FILTER (WHERE on_hand < 0 OR reserved > on_hand OR reserved <> held) AS "broken!",
                              (SELECT component_id FROM last) AS last_component,
                              (SELECT warehouse_id FROM last) AS last_warehouse
                       FROM shelf"#,
                    after.0,
                    after.1,
                    shelves,
                )
                .fetch_one(&mut *tx)
                .await
            })
            .await?;
        broken += slice.broken;
        match slice.last_component.zip(slice.last_warehouse) {
            Some(last) => after = last,
            None => return Ok(broken),
        }
        rest(begun.elapsed()).await;
    }
}

/// The same of the shelves that open reservations hold something of, and of those of the last 20,000 movements: asked often,
/// since it costs the same however much there is in stock.
pub async fn oversold_lately(pg: &Pg) -> Result<i64, sqlx::Error> {
    pg.read("oversold_lately", async |mut tx: pg::Tx| {
        // Looked up and grouped, as above.
        sqlx::query_scalar!(
            r#"WITH shelf AS (
                   SELECT component_id, warehouse_id, sum(held) AS held
                   FROM (
                       SELECT p.component_id, p.warehouse_id, p.quantity AS held
                       FROM reservation r
                       CROSS JOIN LATERAL (
                           SELECT component_id, warehouse_id, quantity FROM reservation_pick
                           WHERE order_id = r.order_id OFFSET 0
                       ) p
                       WHERE r.status = 'reserved'
                       UNION ALL
                       (SELECT component_id, warehouse_id, 0 FROM stock_movement ORDER BY id DESC LIMIT 20000)
                   ) known
                   GROUP BY component_id, warehouse_id
               )
               SELECT count(*) AS "count!"
               FROM shelf
               -- One by one: the planner may want to go through all stock for them.
               LEFT JOIN LATERAL (
                   SELECT on_hand, reserved FROM stock
                   WHERE component_id = shelf.component_id AND warehouse_id = shelf.warehouse_id OFFSET 0
               ) s ON true
               WHERE s.on_hand IS NULL OR s.on_hand < 0 OR s.reserved > s.on_hand OR s.reserved <> shelf.held"#,
        )
        .fetch_one(&mut *tx)
        .await
    })
    .await
}
