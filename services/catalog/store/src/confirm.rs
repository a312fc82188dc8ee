use std::collections::BTreeMap;

use kernel::{OrderId, ProductId};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::SettleError;
use crate::hold::hold;
use crate::parts::bills;
use crate::settle::{CONFIRM, Refusal, Settle, carry_out, settle};
use crate::wanted::Line;

/// Makes a reservation final, because its order is paid: the stock leaves the shelves' count. Repeating it changes
/// nothing. Four statements.
///
/// A payment can come in just when the reservation runs out. Then the stock is taken again, as for a new order and
/// by today's bills of materials, if it is still there; if not, [`SettleError::Short`] says what is missing, and
/// nothing is written: the order can be refunded, or confirmed again when there is stock. A reservation that was
/// released stays released ([`SettleError::Released`]): its order was given up, and a payment that arrives after
/// that must not take stock for it.
pub async fn confirm(pg: &Pg, now: OffsetDateTime, order: OrderId) -> Result<(), SettleError> {
    pg.run("confirm", async |mut tx: pg::Tx| {
        confirm_one(&mut tx, now, order).await
    })
    .await
}

/// [`confirm`] in the transaction of `conn`.
pub(crate) async fn confirm_one(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
) -> Result<(), SettleError> {
    let refused = settle(conn, now, &BTreeMap::from([(order, Settle::Confirm)])).await?;
    match refused.first() {
        None => Ok(()),
        Some((_, Refusal::NotFound)) => Err(SettleError::NotFound),
        Some((_, Refusal::Released)) => Err(SettleError::Released),
        Some((_, Refusal::Expired)) => {
            let lines = drop_picks(conn, order).await?;
            hold(conn, now, order, &lines).await?;
            Ok(carry_out(conn, now, &[(order, CONFIRM)]).await?)
        }
    }
}

/// Forgets which shelves an expired reservation was on and reads its lines with today's bills. A product that has
/// left the assortment is built of nothing and so not available.
async fn drop_picks(conn: &mut PgConnection, order: OrderId) -> Result<Vec<Line>, sqlx::Error> {
    let rows = sqlx::query!(
        "WITH dropped AS (DELETE FROM reservation_pick WHERE order_id = $1)
         SELECT product_id, quantity FROM reservation_line WHERE order_id = $1 ORDER BY position",
        order.uuid(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let products: Vec<Uuid> = rows.iter().map(|row| row.product_id).collect();
    let bills = bills(conn, &products).await?;
    let lines = rows.into_iter().map(|row| {
        let product = ProductId::from(row.product_id);
        Line {
            product,
            quantity: row.quantity,
            bill: bills.get(&product).cloned().unwrap_or_default(),
        }
    });
    Ok(lines.collect())
}
