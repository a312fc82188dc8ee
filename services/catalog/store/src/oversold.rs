use pg::Pg;
use uuid::Uuid;

/// On how many shelves more is held than lies there, or other than open reservations say (STK-4). 0 when all is well.
/// Reads all stock, so many shelves a statement, so that each takes a moment; [`crate::invariants`] says more.
pub async fn oversold(pg: &Pg, shelves: i64) -> Result<i64, sqlx::Error> {
    let mut broken = 0;
    let mut after = (Uuid::nil(), Uuid::nil());
    loop {
        let slice = pg
            .read("oversold", async |mut tx: pg::Tx| {
                sqlx::query!(
                    r#"WITH slice AS MATERIALIZED (
                           SELECT component_id, warehouse_id, on_hand, reserved FROM stock
                           WHERE (component_id, warehouse_id) > ($1, $2) ORDER BY component_id, warehouse_id LIMIT $3
                       ),
                       last AS (
                           SELECT component_id, warehouse_id FROM slice
                           ORDER BY component_id DESC, warehouse_id DESC LIMIT 1
                       ),
                       held AS (
                           SELECT p.component_id, p.warehouse_id, sum(p.quantity) AS quantity
                           FROM reservation r JOIN reservation_pick p ON p.order_id = r.order_id
                           WHERE r.status = 'reserved' AND p.component_id BETWEEN $1 AND (SELECT component_id FROM last)
                           GROUP BY p.component_id, p.warehouse_id
                       )
                       SELECT count(*) FILTER (WHERE s.on_hand < 0 OR s.reserved > s.on_hand
                                                  OR s.reserved <> coalesce(h.quantity, 0)) AS "broken!",
                              (SELECT component_id FROM last) AS last_component,
                              (SELECT warehouse_id FROM last) AS last_warehouse
                       FROM slice s LEFT JOIN held h USING (component_id, warehouse_id)"#,
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
    }
}

/// The same of the shelves that open reservations hold something of, and of those of the last 20,000 movements: asked often,
/// since it costs the same however much there is in stock.
pub async fn oversold_lately(pg: &Pg) -> Result<i64, sqlx::Error> {
    pg.read("oversold_lately", async |mut tx: pg::Tx| {
        sqlx::query_scalar!(
            r#"WITH held AS MATERIALIZED (
                   SELECT p.component_id, p.warehouse_id, sum(p.quantity) AS quantity
                   FROM reservation r JOIN reservation_pick p ON p.order_id = r.order_id
                   WHERE r.status = 'reserved' GROUP BY p.component_id, p.warehouse_id
               ),
               shelf AS (
                   SELECT component_id, warehouse_id FROM held
                   UNION
                   SELECT component_id, warehouse_id
                   FROM (SELECT component_id, warehouse_id FROM stock_movement ORDER BY id DESC LIMIT 20000) moved
               )
               SELECT count(*) AS "count!"
               FROM shelf
               -- One by one: the planner may want to go through all stock for them.
               LEFT JOIN LATERAL (
                   SELECT on_hand, reserved FROM stock
                   WHERE component_id = shelf.component_id AND warehouse_id = shelf.warehouse_id OFFSET 0
               ) s ON true
               LEFT JOIN held h USING (component_id, warehouse_id)
               WHERE s.on_hand IS NULL OR s.on_hand < 0 OR s.reserved > s.on_hand
                  OR s.reserved <> coalesce(h.quantity, 0)"#,
        )
        .fetch_one(&mut *tx)
        .await
    })
    .await
}
