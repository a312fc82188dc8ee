use pg::Pg;

/// On how many shelves more is held than lies there, or other than open reservations say (STK-4). 0 when all is well.
/// Reads stock and open reservations only, so that it can be asked every minute; [`crate::invariants`] says more.
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
