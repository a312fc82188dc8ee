use contracts::catalog::{Wish, WishRequest};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Why a wish is not kept. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum WishError {
    /// The product is not in the assortment.
    #[error("there is no such product")]
    UnknownProduct,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(WishError);

/// Keeps a wish, or renews it with what `request` says (STK-6). Four statements with `BEGIN` and `COMMIT`.
///
/// A wish that can be fulfilled at once is answered so and is not open: nothing is told of it later. All others are
/// told of once, with [`tell_wishes`](crate::tell_wishes()), when there is enough.
pub async fn put_wish(
    pg: &Pg,
    now: OffsetDateTime,
    id: Uuid,
    request: &WishRequest,
) -> Result<Wish, WishError> {
    let product = request.product_id.uuid();
    pg.run("put_wish", async |mut tx: pg::Tx| {
        // The row that the job of availability writes is locked, and made where there is none: either the job sees
        // the wish, or the wish sees what the job wrote.
        let available = sqlx::query_scalar!(
            r#"INSERT INTO product_availability AS a (product_id, available)
               SELECT id, 0 FROM product WHERE id = $1 AND deleted_at IS NULL
               ON CONFLICT (product_id) DO UPDATE SET available = a.available
               RETURNING available"#,
            product,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(WishError::UnknownProduct)?;
        let satisfied = request.quantity <= available;
        sqlx::query!(
            "INSERT INTO wish (id, product_id, quantity, asked_at, told_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET product_id = EXCLUDED.product_id, quantity = EXCLUDED.quantity,
                                            asked_at = EXCLUDED.asked_at, told_at = EXCLUDED.told_at",
            id,
            product,
            request.quantity,
            now,
            satisfied.then_some(now),
        )
        .execute(&mut *tx)
        .await?;
        Ok(Wish {
            id,
            product_id: request.product_id,
            quantity: request.quantity,
            available,
            satisfied,
        })
    })
    .await
}

/// Forgets a wish; fine when there is none. One statement.
pub async fn drop_wish(pg: &Pg, id: Uuid) -> Result<(), sqlx::Error> {
    pg.run("drop_wish", async |mut tx: pg::Tx| {
        sqlx::query!("DELETE FROM wish WHERE id = $1", id)
            .execute(&mut *tx)
            .await?;
        Ok(())
    })
    .await
}

/// Notes that there may be enough of these units for somebody's wish, in the transaction that writes how many there
/// are. One statement, whose cost does not depend on how many wishes there are.
pub(crate) async fn queue_wishes(
    conn: &mut PgConnection,
    products: &[Uuid],
    available: &[i64],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO stale_wish (product_id)
         SELECT c.product_id FROM unnest($1::uuid[], $2::bigint[]) AS c (product_id, available)
         WHERE EXISTS (SELECT FROM wish w
                       WHERE w.product_id = c.product_id AND w.told_at IS NULL AND w.quantity <= c.available)",
        products,
        available,
    )
    .execute(conn)
    .await?;
    Ok(())
}
