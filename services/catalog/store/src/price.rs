use kernel::{Money, ProductId};
use pg::Pg;

use crate::ProductRef;
use crate::rows::money;

/// A product's id and price; `None` when there is no such product, a price of `None` when it has none yet
/// (CAT-10).
pub async fn price(pg: &Pg, product: &ProductRef) -> Result<Option<(ProductId, Option<Money>)>, sqlx::Error> {
    let (id, slug) = product.columns();
    pg.read("price", async |mut tx: pg::Tx| {
        let row = sqlx::query!(
            "SELECT id, price_amount, price_currency FROM product WHERE id = $1 OR slug = $2",
            id,
            slug,
        )
        .fetch_optional(&mut *tx)
        .await?;
        row.map(|row| {
            Ok((
                row.id.into(),
                money(row.price_amount, row.price_currency.as_deref())?,
            ))
        })
        .transpose()
    })
    .await
}
