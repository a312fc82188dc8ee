use kernel::ProductId;
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::lookup::available;
use crate::wish::queue_wishes;

/// Held while availability is computed: were two to compute the same product, the one that looked first might
/// write last. The number is arbitrary but fixed.
pub(crate) const LOCK: i64 = 0x6361_7461_6c6f_6701;

/// Computes anew what lists show of the products whose components' stock changed, for up to `limit` changes, oldest
/// first (STK-5). Answers how many changes were worked off: as many as `limit` mean that there may be more, 0 also
/// that somebody else is at it.
pub async fn refresh_availability(pg: &Pg, limit: i64) -> Result<usize, sqlx::Error> {
    pg.run("refresh_availability", async |mut tx: pg::Tx| {
        let ours = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
            .fetch_one(&mut *tx)
            .await?;
        if !ours {
            return Ok(0);
        }
        let taken = sqlx::query!(
            r#"WITH component AS (
                   DELETE FROM stale_component
                   WHERE id IN (SELECT id FROM stale_component ORDER BY id LIMIT $1)
                   RETURNING ARRAY[component_id] AS components
               ), stock AS (
                   DELETE FROM stale_stock
                   WHERE id IN (SELECT id FROM stale_stock ORDER BY id LIMIT $1)
                   RETURNING components
               )
               SELECT components AS "components!", true AS "of_stock!" FROM stock
               UNION ALL SELECT components, false FROM component"#,
            limit,
        )
        .fetch_all(&mut *tx)
        .await?;
        let of_stock = taken.iter().filter(|row| row.of_stock).count();
        let changes = of_stock.max(taken.len() - of_stock);
        let mut components: Vec<Uuid> = taken.into_iter().flat_map(|row| row.components).collect();
        components.sort_unstable();
        components.dedup();
        // A statement of its own: it sees every stock change whose row the one before saw.
        let computed = compute(&mut tx, &components).await?;
        write(&mut tx, &computed).await?;
        Ok(changes)
    })
    .await
}

async fn compute(conn: &mut PgConnection, components: &[Uuid]) -> Result<Vec<(ProductId, i64)>, sqlx::Error> {
    if components.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"SELECT l.product_id, array_agg(l.component_id) AS "components!", array_agg(l.quantity) AS "quantities!",
                  array_agg(coalesce(s.free, 0)) AS "free!"
           FROM product_part l
           CROSS JOIN LATERAL (
               SELECT sum(s.on_hand - s.reserved)::bigint AS free FROM stock s WHERE s.component_id = l.component_id
           ) s
           WHERE l.product_id IN (SELECT product_id FROM product_part WHERE component_id = ANY($1))
           GROUP BY l.product_id"#,
        components,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let parts = row.components.into_iter().zip(row.quantities).zip(row.free);
            let units = available(parts.map(|((component, quantity), free)| (component, quantity, free)))?;
            Ok((row.product_id.into(), units))
        })
        .collect()
}

async fn write(conn: &mut PgConnection, computed: &[(ProductId, i64)]) -> Result<(), sqlx::Error> {
    if computed.is_empty() {
        return Ok(());
    }
    let products: Vec<Uuid> = computed.iter().map(|(product, _)| product.uuid()).collect();
    let units: Vec<i64> = computed.iter().map(|&(_, units)| units).collect();
    sqlx::query!(
        "INSERT INTO product_availability AS a (product_id, available)
         SELECT * FROM unnest($1::uuid[], $2::bigint[])
         ON CONFLICT (product_id) DO UPDATE SET available = EXCLUDED.available
         WHERE a.available <> EXCLUDED.available",
        &products,
        &units,
    )
    .execute(&mut *conn)
    .await?;
    queue_wishes(conn, &products, &units).await
}
