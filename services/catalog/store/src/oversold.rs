use pg::Pg;

/// On how many shelves more is held than lies there, or other than open reservations say (STK-4). 0 when all is well.
/// Reads all stock and open reservations; [`crate::invariants`] says more.
pub async fn oversold(pg: &Pg) -> Result<i64, sqlx::Error> {
    pg.read("oversold", async |mut tx: pg::Tx| {
        sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!"
               FROM stock s
               LEFT JOIN (SELECT p.component_id, p.warehouse_id, sum(p.quantity) AS quantity
                          FROM reservation r JOIN reservation_pick p ON p.order_id = r.order_id
                          WHERE r.status = 'reserved' GROUP BY p.component_id, p.warehouse_id) h
                   ON h.component_id = s.component_id AND h.warehouse_id = s.warehouse_id
               WHERE s.on_hand < 0 OR s.reserved > s.on_hand OR s.reserved <> coalesce(h.quantity, 0)"#,
        )
        .fetch_one(&mut *tx)
        .await
    })
    .await
}

/// The same of the shelves that open reservations hold something of, and of those of the last 20,000 movements: for every
/// minute, since it costs the same however much there is in stock.
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
               LEFT JOIN stock s USING (component_id, warehouse_id)
               LEFT JOIN held h USING (component_id, warehouse_id)
               WHERE s.on_hand IS NULL OR s.on_hand < 0 OR s.reserved > s.on_hand
                  OR s.reserved <> coalesce(h.quantity, 0)"#,
        )
        .fetch_one(&mut *tx)
        .await
    })
    .await
}
