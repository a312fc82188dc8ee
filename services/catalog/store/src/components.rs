use contracts::catalog::BillLine;
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;
use crate::availability::stocked_lines;

/// A product's bill of materials (CAT-3); `None` when there is no such product.
pub async fn components(pg: &Pg, product: &ProductRef) -> Result<Option<Vec<BillLine>>, sqlx::Error> {
    pg.read("components", async |mut tx: pg::Tx| {
        let Some(id) = product_id(&mut tx, product).await? else {
            return Ok(None);
        };
        let lines = stocked_lines(&mut tx, id).await?;
        Ok(Some(lines.into_iter().map(|stocked| stocked.line).collect()))
    })
    .await
}

/// The id of the product that an address names.
pub(crate) async fn product_id(
    conn: &mut PgConnection,
    product: &ProductRef,
) -> Result<Option<Uuid>, sqlx::Error> {
    let (id, slug) = product.columns();
    sqlx::query_scalar!("SELECT id FROM product WHERE id = $1 OR slug = $2", id, slug)
        .fetch_optional(conn)
        .await
}
