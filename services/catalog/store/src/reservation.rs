use contracts::catalog::{Pick, Reservation, ReservedLine};
use kernel::{Dimensions, OrderId, Text};
use pg::Pg;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::rows::{money, status};

/// What is held for an order, with the shelves it comes from; `None` when nothing ever was. One statement, so that lines
/// and picks are those of one moment, also while the order is edited.
pub async fn reservation(pg: &Pg, order: OrderId) -> Result<Option<Reservation>, sqlx::Error> {
    pg.read("reservation", async |mut tx: pg::Tx| read(&mut tx, order).await)
        .await
}

pub(crate) async fn read(
    conn: &mut PgConnection,
    order: OrderId,
) -> Result<Option<Reservation>, sqlx::Error> {
    // The first line brings the picks.
    let mut rows = sqlx::query!(
        r#"SELECT r.status, r.expires_at, l.product_id, l.set_id, l.slug, l.name_ru, l.name_en, l.quantity,
                  l.price_amount, l.price_currency, l.height_mm, l.width_mm, l.depth_mm, l.weight_g,
                  CASE l.position WHEN 0 THEN (
                      SELECT jsonb_agg(jsonb_build_object(
                                 'warehouse', w.code, 'shelf', s.shelf, 'component_id', p.component_id, 'sku', c.sku,
                                 'name', jsonb_build_object('ru', c.name_ru, 'en', c.name_en), 'quantity', p.quantity)
                                 ORDER BY w.position, w.id, c.sku)
                      FROM reservation_pick p
                      JOIN stock s ON s.component_id = p.component_id AND s.warehouse_id = p.warehouse_id
                      JOIN warehouse w ON w.id = p.warehouse_id
                      JOIN component c ON c.id = p.component_id
                      WHERE p.order_id = $1)
                  END AS "picks: Json<Vec<Pick>>"
           FROM reservation r JOIN reservation_line l ON l.order_id = r.order_id
           WHERE r.order_id = $1
           ORDER BY l.position"#,
        order.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let Some(first) = rows.first_mut() else {
        return Ok(None);
    };
    let (status, expires_at) = (status(&first.status)?, first.expires_at);
    let picks = first.picks.take().map_or_else(Vec::new, |Json(picks)| picks);
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
    Ok(Some(Reservation {
        order_id: order,
        status,
        expires_at,
        lines,
        picks,
    }))
}
