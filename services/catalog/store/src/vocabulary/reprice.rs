use catalog_domain::{CostLine, MarginRule, Margins, Tree, price};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::rows::money;

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

/// Computes the prices of these units from their parts, costs and margins (CAT-5). A price that cannot be computed is
/// none (CAT-10).
pub(crate) async fn reprice(conn: &mut PgConnection, units: &[Uuid]) -> Result<(), sqlx::Error> {
    let (margins, tree) = margins(conn).await?;
    let rows = sqlx::query!(
        r#"SELECT p.id, p.category, l.quantity AS "quantity?", c.cost_amount AS "cost_amount?",
                  c.cost_currency AS "cost_currency?"
           FROM product p
           LEFT JOIN product_part l ON l.product_id = p.id
           LEFT JOIN component c ON c.id = l.component_id
           WHERE p.id = ANY($1)
           ORDER BY p.id"#,
        units,
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut ids, mut amounts, mut currencies) = (Vec::new(), Vec::new(), Vec::new());
    for unit in rows.chunk_by(|a, b| a.id == b.id) {
        let mut lines = Vec::with_capacity(unit.len());
        for row in unit {
            // A unit without required components comes as one row without a line.
            if let Some(quantity) = row.quantity {
                lines.push(CostLine {
                    quantity,
                    cost: money(row.cost_amount, row.cost_currency.as_deref())?,
                });
            }
        }
        let margin = margins.of(&unit[0].category, &tree);
        // Mixed currencies and sums beyond all bounds have no price either.
        let price = margin.and_then(|margin| price(margin, &lines).ok().flatten());
        ids.push(unit[0].id);
        amounts.push(price.map(|price| price.amount));
        currencies.push(price.map(|price| price.currency.code()));
    }
    sqlx::query!(
        "WITH changed AS (
             UPDATE product p SET price_amount = e.amount, price_currency = e.currency
             FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS e (id, amount, currency)
             WHERE p.id = e.id
               AND (p.price_amount, p.price_currency) IS DISTINCT FROM (e.amount, e.currency)
             RETURNING p.id
         )
         INSERT INTO stale_product (product_id) SELECT id FROM changed",
        &ids,
        &amounts as &[Option<i64>],
        &currencies as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// All margins, and the tree that they are inherited along.
async fn margins(conn: &mut PgConnection) -> Result<(Margins, Tree), sqlx::Error> {
    let broken = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
    let nodes = sqlx::query!("SELECT code, parent FROM category")
        .fetch_all(&mut *conn)
        .await?;
    let tree = Tree::new(nodes.into_iter().map(|row| (row.code, row.parent)));
    let rows = sqlx::query!("SELECT category, margin_bp, step FROM margin_rule")
        .fetch_all(conn)
        .await?;
    let rules = rows.into_iter().map(|row| {
        let rule = MarginRule::new(row.margin_bp.cast_unsigned(), row.step);
        rule.map(|rule| (row.category, rule))
    });
    let rules: Result<Vec<_>, _> = rules.collect();
    let rules = rules.map_err(|error| broken(error.into()))?;
    Ok((Margins::new(rules), tree.map_err(|error| broken(error.into()))?))
}
