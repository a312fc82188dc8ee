use contracts::catalog::{Pick, Reservation, ReservedLine};
use kernel::{Dimensions, OrderId, Text};
use pg::Pg;
use sqlx::PgConnection;

use crate::rows::{money, status};

/// What is held for an order, with the shelves it comes from; `None` when nothing ever was. Two statements.
pub async fn reservation(pg: &Pg, order: OrderId) -> Result<Option<Reservation>, sqlx::Error> {
    pg.read("reservation", async |mut tx: pg::Tx| read(&mut tx, order).await)
        .await
}

pub(crate) async fn read(
    conn: &mut PgConnection,
    order: OrderId,
) -> Result<Option<Reservation>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT r.status, r.expires_at, l.product_id, l.set_id, l.slug, l.name_ru, l.name_en, l.quantity, l.price_amount,
                l.price_currency, l.height_mm, l.width_mm, l.depth_mm, l.weight_g
         FROM reservation r JOIN reservation_line l ON l.order_id = r.order_id
         WHERE r.order_id = $1
         ORDER BY l.position",
        order.uuid(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let (status, expires_at) = (status(&first.status)?, first.expires_at);
    let lines = rows
        .into_iter()
        .map(|row| {
            Ok(ReservedLine {
                product_id: row.product_id.into(),
                set_id: row.set_id.map(Into::into),
                slug: row.slug,
                name: Text::new(row.name_ru, row.name_en),
                quantity: row.quantity,
                unit_price: money(Some(row.price_amount), Some(&row.price_currency))?
                    .ok_or(sqlx::Error::RowNotFound)?,
                dimensions: Dimensions {
                    height_mm: row.height_mm,
                    width_mm: row.width_mm,
                    depth_mm: row.depth_mm,
                },
                weight_g: row.weight_g,
            })
        })
        .collect::<Result<_, sqlx::Error>>()?;
    let picks = sqlx::query!(
        "SELECT w.code, s.shelf, p.component_id, c.sku, c.name_ru, c.name_en, p.quantity
         FROM reservation_pick p
         JOIN stock s ON s.component_id = p.component_id AND s.warehouse_id = p.warehouse_id
         JOIN warehouse w ON w.id = p.warehouse_id
         JOIN component c ON c.id = p.component_id
         WHERE p.order_id = $1
         ORDER BY w.position, w.id, c.sku",
        order.uuid(),
    )
    .map(|row| Pick {
        warehouse: row.code,
        shelf: row.shelf,
        component_id: row.component_id.into(),
        sku: row.sku,
        name: Text::new(row.name_ru, row.name_en),
        quantity: row.quantity,
    })
    .fetch_all(conn)
    .await?;
    Ok(Some(Reservation {
        order_id: order,
        status,
        expires_at,
        lines,
        picks,
    }))
}
