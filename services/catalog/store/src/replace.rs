use std::collections::BTreeMap;

use catalog_domain::Take;
use contracts::catalog::{ReplaceRequest, Reservation, ReservationStatus, ReservedLine, Shortage};
use kernel::{ComponentId, OrderId, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::hold::{HoldError, choose, components, lock, sorting};
use crate::reservation::read;
use crate::rows::status;
use crate::wanted::{Asked, LineColumns, NotForSale, Wanted, wanted};

/// Why the lines of a reservation were not replaced. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// Nothing was ever reserved for the order.
    #[error("nothing is reserved for the order")]
    NotFound,
    /// The stock was given back, or its time is over.
    #[error("the reservation is {0:?}")]
    Settled(ReservationStatus),
    /// A later edit has been carried out.
    #[error("the reservation is of revision {current} already")]
    Outdated {
        /// Revision that the reservation is of.
        current: i64,
    },
    /// There is not enough; says of each product concerned how many there would be for it alone.
    #[error("not enough in stock")]
    Short(Vec<Shortage>),
    /// Some of it is not for sale.
    #[error("{} products and {} sets are not for sale", .0.products.len(), .0.sets.len())]
    NotForSale(NotForSale),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(ReplaceError);

impl From<HoldError> for ReplaceError {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Short(shortages) => Self::Short(shortages),
            HoldError::Database(error) => Self::Database(error),
        }
    }
}

/// Gives a reservation other lines, because its order was edited (ORD-4): what is not needed any more goes back, what is
/// new is taken, for all lines or not at all, and what stays is kept where it is as far as possible. Of a confirmed
/// reservation, whose stock has left the shelves' count, the difference leaves them or comes back. Eight statements.
///
/// Products that it had keep the price and the name they were reserved with. The edit that the lines are of already is
/// answered again, whatever the lines are now, and an older one refused: edits that overtake each other do no harm.
pub async fn replace(
    pg: &Pg,
    now: OffsetDateTime,
    order: OrderId,
    request: &ReplaceRequest,
) -> Result<Reservation, ReplaceError> {
    pg.run("replace", async |mut tx: pg::Tx| {
        let (status, revision) = lock_reservation(&mut tx, order).await?;
        let before = read(&mut tx, order).await?.ok_or(ReplaceError::NotFound)?;
        if revision == request.revision {
            return Ok(before);
        }
        if revision > request.revision {
            return Err(ReplaceError::Outdated { current: revision });
        }
        if !matches!(status, ReservationStatus::Reserved | ReservationStatus::Confirmed) {
            return Err(ReplaceError::Settled(status));
        }
        let asked = Asked {
            lines: &request.lines,
            sets: &request.sets,
            unless: None,
            known: &before.lines,
        };
        let Some(Some(wanted)) = wanted(&mut tx, &[asked]).await?.pop() else {
            return Err(sqlx::Error::RowNotFound.into());
        };
        let Wanted { lines, reserved } = wanted.map_err(ReplaceError::NotForSale)?;
        let held = drop_lines(&mut tx, order).await?;
        let mut all = components(&lines);
        all.extend(held.iter().map(|take| take.component.uuid()));
        let shelves = lock(&mut tx, &all).await?;
        let (takes, picks) = choose(&lines, &shelves, &held, sorting(request.near))?;
        write(
            &mut tx,
            now,
            order,
            status,
            request.revision,
            &reserved,
            &held,
            &takes,
        )
        .await?;
        Ok(Reservation {
            lines: reserved,
            picks,
            ..before
        })
    })
    .await
}

async fn lock_reservation(
    conn: &mut PgConnection,
    order: OrderId,
) -> Result<(ReservationStatus, i64), ReplaceError> {
    let row = sqlx::query!(
        "SELECT status, revision FROM reservation WHERE order_id = $1 FOR NO KEY UPDATE",
        order.uuid(),
    )
    .fetch_optional(conn)
    .await?
    .ok_or(ReplaceError::NotFound)?;
    Ok((status(&row.status)?, row.revision))
}

/// Takes the lines and picks away; answers what was held where.
async fn drop_lines(conn: &mut PgConnection, order: OrderId) -> Result<Vec<Take>, sqlx::Error> {
    sqlx::query!(
        "WITH line AS (DELETE FROM reservation_line WHERE order_id = $1)
         DELETE FROM reservation_pick WHERE order_id = $1
         RETURNING component_id, warehouse_id, quantity",
        order.uuid(),
    )
    .map(|row| Take {
        warehouse: row.warehouse_id.into(),
        component: row.component_id.into(),
        quantity: row.quantity,
    })
    .fetch_all(conn)
    .await
}

/// What is taken more of each shelf than before; less than nothing is given back.
fn differences(held: &[Take], takes: &[Take]) -> BTreeMap<(ComponentId, WarehouseId), i64> {
    let mut more = BTreeMap::new();
    for take in takes {
        *more.entry((take.component, take.warehouse)).or_default() += take.quantity;
    }
    for take in held {
        *more.entry((take.component, take.warehouse)).or_default() -= take.quantity;
    }
    more.retain(|_, more| *more != 0);
    more
}

#[expect(clippy::too_many_arguments, reason = "all columns of one statement")]
async fn write(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    status: ReservationStatus,
    revision: i64,
    lines: &[ReservedLine],
    held: &[Take],
    takes: &[Take],
) -> Result<(), sqlx::Error> {
    let columns = LineColumns::of(lines);
    let components: Vec<Uuid> = takes.iter().map(|take| take.component.uuid()).collect();
    let warehouses: Vec<Uuid> = takes.iter().map(|take| take.warehouse.uuid()).collect();
    let quantities: Vec<i64> = takes.iter().map(|take| take.quantity).collect();
    let more = differences(held, takes);
    let changed: Vec<Uuid> = more.keys().map(|(component, _)| component.uuid()).collect();
    let changed_at: Vec<Uuid> = more.keys().map(|(_, warehouse)| warehouse.uuid()).collect();
    let held_more = status == ReservationStatus::Reserved;
    let on_hand: Vec<i64> = more
        .values()
        .map(|&more| if held_more { 0 } else { -more })
        .collect();
    let reserved: Vec<i64> = more
        .values()
        .map(|&more| if held_more { more } else { 0 })
        .collect();
    sqlx::query!(
        "WITH sold AS (
             INSERT INTO stale_sale (order_id) SELECT $1::uuid WHERE $23
         ), line AS (
             INSERT INTO reservation_line
                 (order_id, position, product_id, set_id, slug, name_ru, name_en, quantity, price_amount,
                  price_currency, height_mm, width_mm, depth_mm, weight_g)
             SELECT $1, l.position - 1, l.product_id, l.set_id, l.slug, l.name_ru, l.name_en, l.quantity, l.price,
                    l.currency, l.height_mm, l.width_mm, l.depth_mm, l.weight_g
             FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
                 $11::text[], $12::integer[], $13::integer[], $14::integer[], $15::bigint[]) WITH ORDINALITY
                 AS l (product_id, set_id, slug, name_ru, name_en, quantity, price, currency, height_mm, width_mm,
                       depth_mm, weight_g, position)
         ), pick AS (
             INSERT INTO reservation_pick (order_id, component_id, warehouse_id, quantity)
             SELECT $1, t.* FROM unnest($16::uuid[], $17::uuid[], $18::bigint[]) AS t
         ), moved AS (
             SELECT * FROM unnest($19::uuid[], $20::uuid[], $21::bigint[], $22::bigint[])
                  AS m (component_id, warehouse_id, on_hand, reserved)
         ), balance AS (
             UPDATE stock s SET on_hand = s.on_hand + m.on_hand, reserved = s.reserved + m.reserved
             FROM moved m WHERE s.component_id = m.component_id AND s.warehouse_id = m.warehouse_id
         ), journal AS (
             INSERT INTO stock_movement
                 (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, order_id, at)
             SELECT component_id, warehouse_id, 'replace', on_hand, reserved, $1, $2 FROM moved
         ), stale AS (
             INSERT INTO stale_stock (components) SELECT array_agg(DISTINCT component_id) FROM moved HAVING count(*) > 0
         )
         UPDATE reservation SET revision = $3 WHERE order_id = $1",
        order.uuid(),
        now,
        revision,
        &columns.products,
        &columns.sets as &[Option<Uuid>],
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
        &components,
        &warehouses,
        &quantities,
        &changed,
        &changed_at,
        &on_hand,
        &reserved,
        !held_more,
    )
    .execute(conn)
    .await?;
    Ok(())
}
