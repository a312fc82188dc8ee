use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{reprice, share};
use crate::explode::explode;

/// Multiplies out and prices anew up to `batch` of the units that a changed component is in. Answers how many units it
/// came by, an entry that is worked off counting as one; 0 when there is nothing left to do.
///
/// Every replica may call it: one works on an entry at a time. A batch is a transaction, which notes the last unit it
/// did, so a crash repeats a batch at most.
pub async fn refresh_bills(pg: &Pg, batch: i64) -> Result<usize, sqlx::Error> {
    pg.run("refresh_bills", async |mut tx: pg::Tx| {
        // What changes a component waits until the units that it concerns are written.
        share(&mut tx).await?;
        let Some(stale) = sqlx::query!(
            "SELECT id, component_id, after FROM stale_bill ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        .fetch_optional(&mut *tx)
        .await?
        else {
            return Ok(0);
        };
        let units = concerned(&mut tx, stale.component_id, stale.after, batch).await?;
        match units.last() {
            Some(last) => {
                write(&mut tx, &units).await?;
                sqlx::query!("UPDATE stale_bill SET after = $2 WHERE id = $1", stale.id, last)
                    .execute(&mut *tx)
                    .await?;
            }
            None => {
                sqlx::query!("DELETE FROM stale_bill WHERE id = $1", stale.id)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        Ok(units.len().max(1))
    })
    .await
}

/// The next units that need the component, through assemblies of any depth, in the order of their ids.
async fn concerned(
    conn: &mut PgConnection,
    component: Uuid,
    after: Uuid,
    batch: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    // From each component a page off its index: however many units there are, a batch reads a batch.
    sqlx::query_scalar!(
        r#"WITH RECURSIVE above (id) AS (
               SELECT $1::uuid
               UNION
               SELECT a.assembly_id FROM above JOIN assembly_line a ON a.component_id = above.id
           )
           SELECT DISTINCT b.product_id AS "product_id!"
           FROM above CROSS JOIN LATERAL (
               SELECT product_id FROM bill_line
               WHERE component_id = above.id AND required AND product_id > $2
               ORDER BY product_id LIMIT $3
           ) b
           ORDER BY 1 LIMIT $3"#,
        component,
        after,
        batch,
    )
    .fetch_all(conn)
    .await
}

async fn write(conn: &mut PgConnection, units: &[Uuid]) -> Result<(), sqlx::Error> {
    // In the order of their ids, as whoever else locks several does.
    sqlx::query!(
        "SELECT id FROM product WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        units,
    )
    .fetch_all(&mut *conn)
    .await?;
    explode(conn, units).await?;
    reprice(conn, units).await?;
    Ok(())
}
