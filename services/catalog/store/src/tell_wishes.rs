use contracts::events::{BACK_IN_STOCK, BackInStock};
use events::{NewEvent, Subscriptions};
use kernel::{Clock, ProductId};
use pg::Pg;
use uuid::Uuid;

/// Held while wishes are told of: of two that tell, one could drop what the other has only begun. The number is
/// arbitrary but fixed.
const LOCK: i64 = 0x6361_7461_6c6f_6708;

/// Tells of up to `limit` wishes for the unit that has waited longest, with [`BACK_IN_STOCK`] in the same transaction
/// (STK-6). Small wishes come first: what is there is enough for more of them. Each is told of once until it is
/// renewed. Answers whether there may be more to tell; not when somebody else is at it.
pub async fn tell_wishes(
    pg: &Pg,
    clock: &dyn Clock,
    subscriptions: &Subscriptions,
    limit: i64,
) -> Result<bool, sqlx::Error> {
    pg.run("tell_wishes", async |mut tx: pg::Tx| {
        let ours = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
            .fetch_one(&mut *tx)
            .await?;
        if !ours {
            return Ok(false);
        }
        let next = sqlx::query!(
            r#"SELECT q.id, q.product_id, coalesce(a.available, 0) AS "available!"
               FROM (SELECT id, product_id FROM stale_wish ORDER BY id LIMIT 1) q
               LEFT JOIN product_availability a ON a.product_id = q.product_id"#,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(next) = next else {
            return Ok(false);
        };
        let now = clock.now();
        let wishes: Vec<Uuid> = sqlx::query_scalar!(
            "UPDATE wish SET told_at = $4
             WHERE id IN (SELECT id FROM wish
                          WHERE product_id = $1 AND told_at IS NULL AND quantity <= $2
                          ORDER BY quantity LIMIT $3
                          FOR UPDATE)
             RETURNING id",
            next.product_id,
            next.available,
            limit,
            now,
        )
        .fetch_all(&mut *tx)
        .await?;
        if i64::try_from(wishes.len()).is_ok_and(|told| told < limit) {
            // What was queued meanwhile has a row of its own.
            sqlx::query!("DELETE FROM stale_wish WHERE id = $1", next.id)
                .execute(&mut *tx)
                .await?;
        }
        if !wishes.is_empty() {
            let back = BackInStock {
                product_id: ProductId::from(next.product_id),
                available: next.available,
                wishes,
                at: now,
            };
            let event = NewEvent::new(clock, BACK_IN_STOCK, &back).subject(next.product_id.to_string());
            events::emit(&mut tx, &[event], subscriptions).await?;
        }
        Ok(true)
    })
    .await
}
