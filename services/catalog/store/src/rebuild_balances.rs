use contracts::catalog::RebuiltBalance;
use pg::Pg;

/// Computes all balances anew from the journal and answers those that differ; with `repair` sets them to what the
/// journal says. A balance that would be impossible (less than nothing, or less than is held) is left as it is and
/// answered as not repaired: somebody has to count. Three statements.
///
/// Every shelf is locked meanwhile, in the order that all changes of stock keep, so that no movement is half seen.
pub async fn rebuild_balances(pg: &Pg, repair: bool) -> Result<Vec<RebuiltBalance>, sqlx::Error> {
    pg.run("rebuild_balances", async |mut tx: pg::Tx| {
        sqlx::query!(
            r#"SELECT count(*) AS "shelves!" FROM (
                   SELECT FROM stock ORDER BY component_id, warehouse_id FOR NO KEY UPDATE
               ) s"#
        )
        .fetch_one(&mut *tx)
        .await?;
        // A statement of its own: it sees every movement whose shelf the one before waited for.
        let rows = sqlx::query!(
            r#"WITH differs AS (
                   SELECT s.component_id, s.warehouse_id, s.on_hand, s.reserved,
                          coalesce(m.on_hand, 0) AS journal_on_hand, coalesce(m.reserved, 0) AS journal_reserved,
                          coalesce(m.reserved, 0) BETWEEN 0 AND coalesce(m.on_hand, 0) AS possible
                   FROM stock s
                   LEFT JOIN (SELECT component_id, warehouse_id, sum(on_hand_delta)::bigint AS on_hand,
                                     sum(reserved_delta)::bigint AS reserved
                              FROM stock_movement GROUP BY component_id, warehouse_id) m
                       ON m.component_id = s.component_id AND m.warehouse_id = s.warehouse_id
                   WHERE (s.on_hand, s.reserved) <> (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))
               ), repaired AS (
                   UPDATE stock s SET on_hand = d.journal_on_hand, reserved = d.journal_reserved
                   FROM differs d
                   WHERE $1 AND d.possible
                     AND s.component_id = d.component_id AND s.warehouse_id = d.warehouse_id
                   RETURNING s.component_id, s.warehouse_id
               ), stale AS (
                   INSERT INTO stale_stock (components)
                   SELECT array_agg(DISTINCT component_id) FROM repaired HAVING count(*) > 0
               )
               SELECT d.component_id, c.sku, w.code, d.on_hand, d.reserved,
                      d.journal_on_hand AS "journal_on_hand!", d.journal_reserved AS "journal_reserved!",
                      EXISTS (SELECT FROM repaired r WHERE r.component_id = d.component_id
                                  AND r.warehouse_id = d.warehouse_id) AS "repaired!"
               FROM differs d
               JOIN component c ON c.id = d.component_id
               JOIN warehouse w ON w.id = d.warehouse_id
               ORDER BY c.sku, w.position"#,
            repair,
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| RebuiltBalance {
                component_id: row.component_id.into(),
                sku: row.sku,
                warehouse: row.code,
                on_hand: row.on_hand,
                reserved: row.reserved,
                journal_on_hand: row.journal_on_hand,
                journal_reserved: row.journal_reserved,
                repaired: row.repaired,
            })
            .collect())
    })
    .await
}
