use contracts::catalog::{Reservation, ReservationStatus, ReserveRequest, ReservedLine, Shortage};
use kernel::{Dimensions, OrderId, ProductId, Text};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::hold::{HoldError, Line, hold};
use crate::reservation::read;
use crate::rows::{bill, money};

/// Why nothing was reserved. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is not enough; says of each product concerned how many there would be for it alone (STK-2).
    #[error("not enough in stock")]
    Short(Vec<Shortage>),
    /// These products are not in the assortment or have no price.
    #[error("{} products are not for sale", .0.len())]
    NotForSale(Vec<ProductId>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(ReserveError);

impl From<HoldError> for ReserveError {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Short(shortages) => Self::Short(shortages),
            HoldError::Database(error) => Self::Database(error),
        }
    }
}

/// Holds stock for an order until `request.expires_at`, for all lines or none (STK-3, STK-4). Optional components
/// are not held. Five statements.
///
/// Asked again with the same order id, it answers the reservation that exists, whatever has become of it and
/// whatever the lines are now; two that ask at once get the same one.
pub async fn reserve(
    pg: &Pg,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
) -> Result<Reservation, ReserveError> {
    pg.run("reserve", async |mut tx: pg::Tx| {
        let Some((expires_at, wanted)) = begin(&mut tx, now, order, request).await? else {
            let held = read(&mut tx, order).await?;
            return held.ok_or(ReserveError::Database(sqlx::Error::RowNotFound));
        };
        let mut lines = Vec::with_capacity(wanted.len());
        let mut reserved = Vec::with_capacity(wanted.len());
        for (line, product) in wanted {
            lines.push(line);
            reserved.push(product);
        }
        let picks = hold(&mut tx, now, order, &lines).await?;
        Ok(Reservation {
            order_id: order,
            status: ReservationStatus::Reserved,
            expires_at,
            lines: reserved,
            picks,
        })
    })
    .await
}

type Begun = (OffsetDateTime, Vec<(Line, ReservedLine)>);

/// Writes the reservation and its lines and reads what they are built from; `None` when the reservation exists.
async fn begin(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
) -> Result<Option<Begun>, ReserveError> {
    let positions: Vec<i32> = (0..).take(request.lines.len()).collect();
    let products: Vec<Uuid> = request.lines.iter().map(|line| line.product_id.uuid()).collect();
    let quantities: Vec<i64> = request.lines.iter().map(|line| line.quantity).collect();
    let rows = sqlx::query!(
        r#"WITH wanted AS (
               SELECT * FROM unnest($4::integer[], $5::uuid[], $6::bigint[]) AS w (position, product_id, quantity)
           ), made AS (
               INSERT INTO reservation (order_id, status, created_at, expires_at)
               VALUES ($1, 'reserved', $2, $3)
               ON CONFLICT (order_id) DO NOTHING
               RETURNING order_id, expires_at
           ), line AS (
               INSERT INTO reservation_line
                   (order_id, position, product_id, slug, name_ru, name_en, quantity, price_amount, price_currency,
                    height_mm, width_mm, depth_mm, weight_g)
               SELECT made.order_id, w.position, p.id, p.slug, p.name_ru, p.name_en, w.quantity, p.price_amount,
                      p.price_currency, p.height_mm, p.width_mm, p.depth_mm, p.weight_g
               FROM made CROSS JOIN wanted w JOIN product p ON p.id = w.product_id
               WHERE p.price_amount IS NOT NULL
           )
           SELECT (SELECT expires_at FROM made) AS expires_at,
                  w.product_id AS "product_id!", w.quantity AS "quantity!",
                  p.slug AS "slug?", p.name_ru AS "name_ru?", p.name_en AS "name_en?",
                  p.price_amount, p.price_currency,
                  p.height_mm AS "height_mm?", p.width_mm AS "width_mm?", p.depth_mm AS "depth_mm?",
                  p.weight_g AS "weight_g?",
                  b.components AS "components!", b.quantities AS "quantities!"
           FROM wanted w
           LEFT JOIN product p ON p.id = w.product_id
           CROSS JOIN LATERAL (
               SELECT coalesce(array_agg(l.component_id), '{}') AS components,
                      coalesce(array_agg(l.quantity), '{}') AS quantities
               FROM bill_line l WHERE l.product_id = w.product_id AND l.required
           ) b
           ORDER BY w.position"#,
        order.uuid(),
        now,
        request.expires_at,
        &positions,
        &products,
        &quantities,
    )
    .fetch_all(conn)
    .await?;

    let mut begun = None;
    let mut lines = Vec::with_capacity(rows.len());
    let mut not_for_sale = Vec::new();
    for row in rows {
        begun = row.expires_at;
        let product = ProductId::from(row.product_id);
        let price = money(row.price_amount, row.price_currency.as_deref())?;
        // All are there when the product is.
        let known = price.zip(row.slug).zip(row.name_ru.zip(row.name_en));
        let size = row
            .height_mm
            .zip(row.width_mm)
            .zip(row.depth_mm)
            .zip(row.weight_g);
        let Some((((unit_price, slug), (ru, en)), (((height_mm, width_mm), depth_mm), weight_g))) =
            known.zip(size)
        else {
            not_for_sale.push(product);
            continue;
        };
        let line = Line {
            product,
            quantity: row.quantity,
            bill: bill(row.components, row.quantities)?,
        };
        let reserved = ReservedLine {
            product_id: product,
            slug,
            name: Text::new(ru, en),
            quantity: row.quantity,
            unit_price,
            dimensions: Dimensions {
                height_mm,
                width_mm,
                depth_mm,
            },
            weight_g,
        };
        lines.push((line, reserved));
    }
    match begun {
        // What is held already is answered, even if the assortment has changed since.
        None => Ok(None),
        Some(_) if !not_for_sale.is_empty() => Err(ReserveError::NotForSale(not_for_sale)),
        Some(expires_at) => Ok(Some((expires_at, lines))),
    }
}
