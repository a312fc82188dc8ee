use pg::Pg;
use sqlx::PgConnection;

use crate::assortment::reprice;

/// Queues the units of a category and of all below it; `None`: all units.
pub(super) async fn queue(conn: &mut PgConnection, category: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query!("INSERT INTO stale_margin (category) VALUES ($1)", category)
        .execute(conn)
        .await?;
    Ok(())
}

/// Computes the prices of up to `batch` units anew whose margins changed, and queues those whose price is another now
/// for the lists. Answers how many units it came by; 0 when there is nothing left to do. Every replica may call it: one
/// works on an entry at a time, and a crash repeats a batch at most.
pub async fn reprice_margins(pg: &Pg, batch: i64) -> Result<usize, sqlx::Error> {
    pg.run("reprice_margins", async |mut tx: pg::Tx| {
        let Some(stale) = sqlx::query!(
            "SELECT id, category, after FROM stale_margin ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        .fetch_optional(&mut *tx)
        .await?
        else {
            return Ok(0);
        };
        let units = sqlx::query_scalar!(
            "WITH RECURSIVE below (code) AS (
                 SELECT code FROM category WHERE code = $1 OR ($1 IS NULL AND parent IS NULL)
                 UNION
                 SELECT c.code FROM category c JOIN below ON c.parent = below.code
             )
             SELECT id FROM product
             WHERE id > $2 AND category = ANY (ARRAY(SELECT code FROM below))
             ORDER BY id LIMIT $3",
            stale.category,
            stale.after,
            batch,
        )
        .fetch_all(&mut *tx)
        .await?;
        match units.last() {
            Some(last) => {
                reprice(&mut tx, &units).await?;
                sqlx::query!("UPDATE stale_margin SET after = $2 WHERE id = $1", stale.id, last)
                    .execute(&mut *tx)
                    .await?;
            }
            None => {
                sqlx::query!("DELETE FROM stale_margin WHERE id = $1", stale.id)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        // The entry itself counts, so that the caller goes on to the next one.
        Ok(units.len().max(1))
    })
    .await
}
