use catalog_domain::Take;
use contracts::catalog::{Pick, Reservation, ReservationStatus, ReserveRequest, ReservedLine, Shortage};
use kernel::OrderId;
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::hold::{HoldError, choose, components, lock, look, sorting};
use crate::reservation::read;
use crate::wanted::{Asked, LineColumns, NotForSale, Wanted, wanted};

/// Why nothing was reserved. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is not enough; says of each product concerned how many there would be for it alone (STK-2).
    #[error("not enough in stock")]
    Short(Vec<Shortage>),
    /// Some of it is not in the assortment or has no price.
    #[error("{} products and {} sets are not for sale", .0.products.len(), .0.sets.len())]
    NotForSale(NotForSale),
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

/// Holds stock for an order until `request.expires_at`, for all lines and sets or none (STK-3, STK-4). Sets are
/// expanded to the units they have today; optional components are not held. Three statements.
///
/// Asked again with the same order id, it answers the reservation that exists, whatever has become of it and
/// whatever the lines are now; two that ask at once get the same one.
///
/// The shelves are chosen by what is committed at the moment, without locks, and only those taken from are locked, by
/// the one statement that writes everything. When others took the stock in between, `stock_reserved_is_on_hand`
/// refuses it, nothing is written, and the choice is made once more with all shelves locked: that one holds. The
/// reservation is written before they are, as everybody takes it first: whoever asks for the same order, or settles it,
/// would else wait for these shelves while this waits for the reservation.
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
    let asked = Asked {
        lines: &request.lines,
        sets: &request.sets,
    };
    let Some(wanted) = wanted(conn, asked, Some(order), &[]).await? else {
        return existing(conn, order).await;
    };
    let Wanted { lines, reserved } = wanted.map_err(ReserveError::NotForSale)?;
    if locked && !claim(conn, now, order, request).await? {
        return existing(conn, order).await;
    }
    let components = components(&lines);
    let shelves = if locked {
        lock(conn, &components).await?
    } else {
        look(conn, &components).await?
    };
    let (takes, picks) = match choose(&lines, &shelves, &[], sorting(request.near)) {
        Ok(chosen) => chosen,
        Err(short) => {
            // The same order may have been reserved since it was looked for, and be what is missing here.
            return read(conn, order).await?.ok_or(short.into());
        }
    };
    match write(conn, now, order, request, &reserved, &takes, locked).await? {
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

/// Writes the reservation alone; answers whether it did not exist. Others that write the same one make this wait for them.
async fn claim(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
) -> Result<bool, sqlx::Error> {
    let written = sqlx::query!(
        "INSERT INTO reservation (order_id, status, created_at, expires_at) VALUES ($1, 'reserved', $2, $3)
         ON CONFLICT (order_id) DO NOTHING",
        order.uuid(),
        now,
        request.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Writes the reservation unless it is `claimed`, its lines, and what is taken for it, and answers its end; `None`, and
/// nothing is written, when it exists. Others that write the same one make this wait for them. Shelves are locked in the
/// order that all changes of stock keep.
async fn write(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReserveRequest,
    lines: &[ReservedLine],
    takes: &[Take],
    claimed: bool,
) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    let columns = LineColumns::of(lines);
    let components: Vec<Uuid> = takes.iter().map(|take| take.component.uuid()).collect();
    let warehouses: Vec<Uuid> = takes.iter().map(|take| take.warehouse.uuid()).collect();
    let pieces: Vec<i64> = takes.iter().map(|take| take.quantity).collect();
    sqlx::query_scalar!(
        r#"WITH written AS (
               INSERT INTO reservation (order_id, status, created_at, expires_at)
               SELECT $1, 'reserved', $2, $3 WHERE NOT $19
               ON CONFLICT (order_id) DO NOTHING
               RETURNING order_id, expires_at
           ), made AS (
               TABLE written UNION ALL SELECT $1, $3 WHERE $19
           ), line AS (
               INSERT INTO reservation_line
                   (order_id, position, product_id, set_id, slug, name_ru, name_en, quantity, price_amount,
                    price_currency, height_mm, width_mm, depth_mm, weight_g)
               SELECT made.order_id, l.position - 1, l.product_id, l.set_id, l.slug, l.name_ru, l.name_en, l.quantity, l.price,
                      l.currency, l.height_mm, l.width_mm, l.depth_mm, l.weight_g
               FROM made, unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
                   $10::text[], $11::integer[], $12::integer[], $13::integer[], $14::bigint[], $15::uuid[])
                   WITH ORDINALITY
                   AS l (product_id, slug, name_ru, name_en, quantity, price, currency, height_mm, width_mm, depth_mm,
                         weight_g, set_id, position)
           ), take AS (
               SELECT made.order_id, t.component_id, t.warehouse_id, t.quantity
               FROM made, unnest($16::uuid[], $17::uuid[], $18::bigint[]) AS t (component_id, warehouse_id, quantity)
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
        &columns.products,
        &columns.slugs as &[&str],
        &columns.names_ru as &[&str],
        &columns.names_en as &[&str],
        &columns.quantities,
        &columns.prices,
        &columns.currencies as &[&str],
        &columns.heights,
        &columns.widths,
        &columns.depths,
        &columns.weights,
        &columns.sets as &[Option<Uuid>],
        &components,
        &warehouses,
        &pieces,
        claimed,
    )
    .fetch_one(conn)
    .await
}
