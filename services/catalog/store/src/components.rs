use contracts::catalog::BillLine;
use kernel::Text;
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;

/// A product's bill of materials (CAT-3); `None` when there is no such product.
pub async fn components(pg: &Pg, product: &ProductRef) -> Result<Option<Vec<BillLine>>, sqlx::Error> {
    pg.read("components", async |mut tx: pg::Tx| {
        let Some(id) = product_id(&mut tx, product).await? else {
            return Ok(None);
        };
        lines(&mut tx, id).await.map(Some)
    })
    .await
}

pub(crate) async fn lines(conn: &mut PgConnection, product: Uuid) -> Result<Vec<BillLine>, sqlx::Error> {
    sqlx::query!(
        "SELECT l.component_id, c.sku, c.name_ru, c.name_en, c.kind, l.quantity, l.required
         FROM bill_line l JOIN component c ON c.id = l.component_id
         WHERE l.product_id = $1
         ORDER BY l.position, c.sku",
        product,
    )
    .map(|row| BillLine {
        component_id: row.component_id.into(),
        sku: row.sku,
        name: Text::new(row.name_ru, row.name_en),
        kind: row.kind,
        quantity: row.quantity,
        required: row.required,
    })
    .fetch_all(conn)
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
