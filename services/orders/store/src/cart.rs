use contracts::catalog::MAX_LINES;
use kernel::{CartId, ProductId};
use time::OffsetDateTime;

use crate::Store;

/// A line of a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartLine {
    /// The product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: i64,
}

/// Why a line was not put into a cart.
#[derive(Debug, thiserror::Error)]
pub enum PutLineError {
    /// There is no such cart.
    #[error("no such cart")]
    NoCart,
    /// The cart has as many lines as an order may have.
    #[error("the cart is full")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Store {
    /// Makes an empty cart.
    pub async fn create_cart(&self, cart: CartId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO cart (id, created_at) VALUES ($1, $2)",
            cart.uuid(),
            now
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(())
    }

    /// Sets the quantity of a product in a cart, 1 to 1 000. Repeating it changes nothing. One statement when it
    /// succeeds.
    pub async fn put_line(
        &self,
        cart: CartId,
        line: CartLine,
        now: OffsetDateTime,
    ) -> Result<(), PutLineError> {
        let limit = i64::try_from(MAX_LINES).unwrap_or(i64::MAX);
        let done = sqlx::query!(
            "INSERT INTO cart_line (cart_id, product_id, quantity, added_at)
             SELECT id, $2, $3, $4 FROM cart
             WHERE id = $1
               AND (SELECT count(*) FROM cart_line WHERE cart_id = $1 AND product_id <> $2) < $5
             ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = EXCLUDED.quantity",
            cart.uuid(),
            line.product_id.uuid(),
            line.quantity,
            now,
            limit,
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        if done.rows_affected() == 1 {
            return Ok(());
        }
        match self.cart(cart).await? {
            None => Err(PutLineError::NoCart),
            Some(_) => Err(PutLineError::Full),
        }
    }

    /// Takes a product out of a cart; `false` when it was not in it.
    pub async fn remove_line(&self, cart: CartId, product: ProductId) -> Result<bool, sqlx::Error> {
        let done = sqlx::query!(
            "DELETE FROM cart_line WHERE cart_id = $1 AND product_id = $2",
            cart.uuid(),
            product.uuid(),
        )
        .execute(&mut *self.pg.connection().await?)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
