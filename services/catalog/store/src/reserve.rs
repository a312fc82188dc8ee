use catalog_domain::Take;
use contracts::catalog::{Pick, Reservation, ReservationStatus, ReserveRequest, ReservedLine, Shortage};
use kernel::{Dimensions, OrderId, ProductId, Text};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::hold::{HoldError, Line, choose, lock, look};
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
/// are not held. Three statements.
///
/// Asked again with the same order id, it answers the reservation that exists, whatever has become of it and
/// whatever the lines are now; two that ask at once get the same one.
///
/// The shelves are chosen by what is committed at the moment, without locks, and only those taken from are locked, by
/// the one statement that writes everything. When others took the stock in between, `stock_reserved_is_on_hand`
/// refuses it, nothing is written, and the choice is made once more with all shelves locked: that one holds.
pub async fn reserve(
    pg: &Pg,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
) -> Result<Reservation, ReserveError> {
    let freely = pg
        .repeatable("reserve", async |mut conn: pg::Tx| {
            attempt(&mut conn, now, order, request, false).await
        })
        .await;
    match freely {
        Err(ReserveError::Database(error)) if is_overtaken(&error) => {
            pg.run("reserve_locked", async |mut tx: pg::Tx| {
                attempt(&mut tx, now, order, request, true).await
            })
            .await
        }
        done => done,
    }
}

async fn attempt(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
    locked: bool,
) -> Result<Reservation, ReserveError> {
    let Some((lines, reserved)) = wanted(conn, order, request).await? else {
        return existing(conn, order).await;
    };
    let shelves = if locked {
        lock(conn, &lines).await?
    } else {
        look(conn, &lines).await?
    };
    let (takes, picks) = match choose(&lines, &shelves) {
        Ok(chosen) => chosen,
        Err(short) => {
            // The same order may have been reserved since it was looked for, and be what is missing here.
            return read(conn, order).await?.ok_or(short.into());
        }
    };
    match write(conn, now, order, request, &reserved, &takes).await? {
        Some(end) => Ok(held(order, end, reserved, picks)),
        None => existing(conn, order).await,
    }
}

/// Whether others took what was free when the shelves were chosen.
fn is_overtaken(error: &sqlx::Error) -> bool {
    pg::constraint(error) == Some("stock_reserved_is_on_hand")
}

async fn existing(conn: &mut PgConnection, order: OrderId) -> Result<Reservation, ReserveError> {
    let held = read(conn, order).await?;
    held.ok_or(ReserveError::Database(sqlx::Error::RowNotFound))
}

fn held(
    order: OrderId,
    expires_at: OffsetDateTime,
    lines: Vec<ReservedLine>,
    picks: Vec<Pick>,
) -> Reservation {
    Reservation {
        order_id: order,
        status: ReservationStatus::Reserved,
        expires_at,
        lines,
        picks,
    }
}

/// The products as they are now and what they are built from; `None` when the reservation exists.
async fn wanted(
    conn: &mut PgConnection,
    order: OrderId,
    request: &ReserveRequest,
) -> Result<Option<(Vec<Line>, Vec<ReservedLine>)>, ReserveError> {
    let products: Vec<Uuid> = request.lines.iter().map(|line| line.product_id.uuid()).collect();
    let quantities: Vec<i64> = request.lines.iter().map(|line| line.quantity).collect();
    let rows = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM reservation WHERE order_id = $1) AS "exists!",
                  w.product_id AS "product_id!", w.quantity AS "quantity!",
                  p.slug AS "slug?", p.name_ru AS "name_ru?", p.name_en AS "name_en?",
                  p.price_amount, p.price_currency,
                  p.height_mm AS "height_mm?", p.width_mm AS "width_mm?", p.depth_mm AS "depth_mm?",
                  p.weight_g AS "weight_g?",
                  b.components AS "components!", b.quantities AS "quantities!"
           FROM unnest($2::uuid[], $3::bigint[]) WITH ORDINALITY AS w (product_id, quantity, position)
           LEFT JOIN product p ON p.id = w.product_id AND p.deleted_at IS NULL
           CROSS JOIN LATERAL (
               SELECT coalesce(array_agg(l.component_id), '{}') AS components,
                      coalesce(array_agg(l.quantity), '{}') AS quantities
               FROM product_part l WHERE l.product_id = w.product_id
           ) b
           ORDER BY w.position"#,
        order.uuid(),
        &products,
        &quantities,
    )
    .fetch_all(conn)
    .await?;

    let mut lines = Vec::with_capacity(rows.len());
    let mut reserved = Vec::with_capacity(rows.len());
    let mut not_for_sale = Vec::new();
    for row in rows {
        if row.exists {
            // What is held already is answered, even if the assortment has changed since.
            return Ok(None);
        }
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
        lines.push(Line {
            product,
            quantity: row.quantity,
            bill: bill(row.components, row.quantities)?,
        });
        reserved.push(ReservedLine {
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
        });
    }
    if not_for_sale.is_empty() {
        Ok(Some((lines, reserved)))
    } else {
        Err(ReserveError::NotForSale(not_for_sale))
    }
}

/// Writes the reservation, its lines, and what is taken for it, and answers its end; `None`, and nothing is written, when
/// it exists. Others that write the same one make this wait for them. Shelves are locked in the order that all changes of stock keep.
async fn write(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
    lines: &[ReservedLine],
    takes: &[Take],
) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    let products: Vec<Uuid> = lines.iter().map(|line| line.product_id.uuid()).collect();
    let slugs: Vec<&str> = lines.iter().map(|line| line.slug.as_str()).collect();
    let names_ru: Vec<&str> = lines.iter().map(|line| line.name.ru.as_str()).collect();
    let names_en: Vec<&str> = lines.iter().map(|line| line.name.en.as_str()).collect();
    let quantities: Vec<i64> = lines.iter().map(|line| line.quantity).collect();
    let prices: Vec<i64> = lines.iter().map(|line| line.unit_price.amount).collect();
    let currencies: Vec<&str> = lines.iter().map(|line| line.unit_price.currency.code()).collect();
    let heights: Vec<i32> = lines.iter().map(|line| line.dimensions.height_mm).collect();
    let widths: Vec<i32> = lines.iter().map(|line| line.dimensions.width_mm).collect();
    let depths: Vec<i32> = lines.iter().map(|line| line.dimensions.depth_mm).collect();
    let weights: Vec<i64> = lines.iter().map(|line| line.weight_g).collect();
    let components: Vec<Uuid> = takes.iter().map(|take| take.component.uuid()).collect();
    let warehouses: Vec<Uuid> = takes.iter().map(|take| take.warehouse.uuid()).collect();
    let pieces: Vec<i64> = takes.iter().map(|take| take.quantity).collect();
    sqlx::query_scalar!(
        r#"WITH made AS (
               INSERT INTO reservation (order_id, status, created_at, expires_at)
               VALUES ($1, 'reserved', $2, $3)
               ON CONFLICT (order_id) DO NOTHING
               RETURNING order_id, expires_at
           ), line AS (
               INSERT INTO reservation_line
                   (order_id, position, product_id, slug, name_ru, name_en, quantity, price_amount, price_currency,
                    height_mm, width_mm, depth_mm, weight_g)
               SELECT made.order_id, l.position - 1, l.product_id, l.slug, l.name_ru, l.name_en, l.quantity, l.price,
                      l.currency, l.height_mm, l.width_mm, l.depth_mm, l.weight_g
               FROM made, unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
                   $10::text[], $11::integer[], $12::integer[], $13::integer[], $14::bigint[]) WITH ORDINALITY
                   AS l (product_id, slug, name_ru, name_en, quantity, price, currency, height_mm, width_mm, depth_mm,
                         weight_g, position)
           ), take AS (
               SELECT made.order_id, t.component_id, t.warehouse_id, t.quantity
               FROM made, unnest($15::uuid[], $16::uuid[], $17::bigint[]) AS t (component_id, warehouse_id, quantity)
           ), locked AS MATERIALIZED (
               SELECT s.component_id, s.warehouse_id, t.quantity
               FROM take t
               JOIN stock s ON s.component_id = t.component_id AND s.warehouse_id = t.warehouse_id
               ORDER BY s.component_id, s.warehouse_id
               FOR NO KEY UPDATE OF s
           ), balance AS (
               UPDATE stock s SET reserved = s.reserved + l.quantity
               FROM locked l WHERE s.component_id = l.component_id AND s.warehouse_id = l.warehouse_id
           ), journal AS (
               INSERT INTO stock_movement
                   (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, order_id, at)
               SELECT component_id, warehouse_id, 'reserve', 0, quantity, order_id, $2 FROM take
           ), stale AS (
               INSERT INTO stale_stock (components) SELECT array_agg(DISTINCT component_id) FROM take HAVING count(*) > 0
           ), pick AS (
               INSERT INTO reservation_pick (order_id, component_id, warehouse_id, quantity)
               SELECT order_id, component_id, warehouse_id, quantity FROM take
           )
           SELECT (SELECT expires_at FROM made) AS "expires_at""#,
        order.uuid(),
        now,
        request.expires_at,
        &products,
        &slugs as &[&str],
        &names_ru as &[&str],
        &names_en as &[&str],
        &quantities,
        &prices,
        &currencies as &[&str],
        &heights,
        &widths,
        &depths,
        &weights,
        &components,
        &warehouses,
        &pieces,
    )
    .fetch_one(conn)
    .await
}
