use std::collections::BTreeMap;

use catalog_domain::{Bill, Part, StockAt, available_at};
use kernel::WarehouseId;
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::refresh_availability::LOCK;

/// Computes anew how many can be put together of up to `limit` units whose parts have changed (CAT-6). Answers how many
/// changes were worked off, 0 also when somebody else computes availability.
pub async fn refresh_units(pg: &Pg, limit: i64) -> Result<usize, sqlx::Error> {
    pg.run("refresh_units", async |mut tx: pg::Tx| {
        let ours = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
            .fetch_one(&mut *tx)
            .await?;
        if !ours {
            return Ok(0);
        }
        let mut units = sqlx::query_scalar!(
            "DELETE FROM stale_unit WHERE id IN (SELECT id FROM stale_unit ORDER BY id LIMIT $1)
             RETURNING product_id",
            limit,
        )
        .fetch_all(&mut *tx)
        .await?;
        let changes = units.len();
        units.sort_unstable();
        units.dedup();
        if !units.is_empty() {
            compute(&mut tx, &units).await?;
        }
        Ok(changes)
    })
    .await
}

/// A statement of its own reads parts and stock: it sees every change whose entry was taken.
async fn compute(conn: &mut PgConnection, units: &[Uuid]) -> Result<(), sqlx::Error> {
    let parts = sqlx::query!(
        "SELECT product_id, component_id, substitutes, quantity FROM product_part WHERE product_id = ANY($1)",
        units,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut components: Vec<Uuid> = parts
        .iter()
        .flat_map(|part| std::iter::once(part.component_id).chain(part.substitutes.iter().copied()))
        .collect();
    components.sort_unstable();
    components.dedup();
    let free = sqlx::query!(
        r#"SELECT component_id, sum(on_hand - reserved)::bigint AS "free!"
           FROM stock WHERE component_id = ANY($1) GROUP BY component_id"#,
        &components,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut everywhere = StockAt::new(WarehouseId::from(Uuid::nil()), 0);
    for row in free {
        everywhere.set(row.component_id.into(), row.free);
    }
    let mut bills: BTreeMap<Uuid, Vec<Part>> = units.iter().map(|&unit| (unit, Vec::new())).collect();
    for part in parts {
        bills.entry(part.product_id).or_default().push(Part {
            component: part.component_id.into(),
            substitutes: part.substitutes.into_iter().map(Into::into).collect(),
            quantity: part.quantity,
        });
    }
    let (mut ids, mut counts) = (Vec::with_capacity(bills.len()), Vec::with_capacity(bills.len()));
    for (unit, parts) in bills {
        let bill = Bill::new(parts).map_err(|error| sqlx::Error::Decode(error.into()))?;
        ids.push(unit);
        counts.push(available_at(&bill, &everywhere));
    }
    sqlx::query!(
        "WITH written AS (
             INSERT INTO product_availability AS a (product_id, available)
             SELECT * FROM unnest($1::uuid[], $2::bigint[])
             ON CONFLICT (product_id) DO UPDATE SET available = EXCLUDED.available
             WHERE a.available <> EXCLUDED.available
             RETURNING product_id
         )
         INSERT INTO stale_product (product_id) SELECT product_id FROM written",
        &ids,
        &counts,
    )
    .execute(conn)
    .await?;
    Ok(())
}
