use std::collections::{BTreeMap, HashMap};

use catalog_domain::{Bill, Sorting, StockAt, Take, Wanted, fulfil};
use contracts::catalog::{Pick, Shortage};
use kernel::{ComponentId, OrderId, ProductId, Text, WarehouseId};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Why stock is not held.
#[derive(Debug)]
pub(crate) enum HoldError {
    /// There is not enough.
    Short(Vec<Shortage>),
    /// The database failed.
    Database(sqlx::Error),
}

impl From<sqlx::Error> for HoldError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Units of a product, and what one is built from.
pub(crate) struct Line {
    pub product: ProductId,
    pub quantity: i64,
    pub bill: Bill,
}

/// A shelf and what is free on it.
pub(crate) struct Shelf {
    position: i32,
    warehouse: String,
    place: Option<String>,
    sku: String,
    name: Text,
    free: i64,
}

pub(crate) type Shelves = HashMap<(ComponentId, WarehouseId), Shelf>;

/// Holds the stock that all lines take together for an order whose reservation is locked. Two statements.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    lines: &[Line],
) -> Result<(), HoldError> {
    let shelves = lock(conn, lines).await?;
    let (takes, _) = choose(lines, &shelves)?;
    Ok(write(conn, now, order, &takes).await?)
}

/// Chooses the shelves that all lines together are taken from as the domain allocates them (STK-2). Answers the takes,
/// and the picks as [`reservation`](crate::reservation()) reads them: warehouse by warehouse, then by article number.
pub(crate) fn choose(lines: &[Line], shelves: &Shelves) -> Result<(Vec<Take>, Vec<Pick>), HoldError> {
    let takes = take(lines, &stocks(shelves)).map_err(HoldError::Short)?;
    let picks = picks(&takes, shelves);
    Ok((takes, picks))
}

/// Every shelf that has a component of the lines, as it is at the moment.
pub(crate) async fn look(conn: &mut PgConnection, lines: &[Line]) -> Result<Shelves, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT s.component_id, s.warehouse_id, s.shelf, s.on_hand - s.reserved AS "free!",
                  w.position, w.code, c.sku, c.name_ru, c.name_en
           FROM stock s
           JOIN warehouse w ON w.id = s.warehouse_id
           JOIN component c ON c.id = s.component_id
           WHERE s.component_id = ANY($1)"#,
        &components(lines),
    )
    .fetch_all(conn)
    .await?;
    Ok(shelves(rows))
}

/// The same, locked in the order that all changes of stock keep.
pub(crate) async fn lock(conn: &mut PgConnection, lines: &[Line]) -> Result<Shelves, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        // Locked before they are joined: whoever waited for a lock looks at the one row again, not at the join.
        r#"WITH locked AS MATERIALIZED (
               SELECT component_id, warehouse_id, shelf, on_hand - reserved AS free
               FROM stock WHERE component_id = ANY($1)
               ORDER BY component_id, warehouse_id
               FOR NO KEY UPDATE
           )
           SELECT s.component_id, s.warehouse_id, s.shelf, s.free AS "free!",
                  w.position, w.code, c.sku, c.name_ru, c.name_en
           FROM locked s
           JOIN warehouse w ON w.id = s.warehouse_id
           JOIN component c ON c.id = s.component_id"#,
        &components(lines),
    )
    .fetch_all(conn)
    .await?;
    Ok(shelves(rows))
}

struct Row {
    component_id: Uuid,
    warehouse_id: Uuid,
    shelf: Option<String>,
    free: i64,
    position: i32,
    code: String,
    sku: String,
    name_ru: String,
    name_en: String,
}

/// The components of all lines, each once.
fn components(lines: &[Line]) -> Vec<Uuid> {
    let mut components: Vec<Uuid> = lines
        .iter()
        .flat_map(|line| line.bill.components())
        .map(ComponentId::uuid)
        .collect();
    components.sort_unstable();
    components.dedup();
    components
}

fn shelves(rows: Vec<Row>) -> Shelves {
    let shelves = rows.into_iter().map(|row| {
        let shelf = Shelf {
            position: row.position,
            warehouse: row.code,
            place: row.shelf,
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            free: row.free,
        };
        ((row.component_id.into(), row.warehouse_id.into()), shelf)
    });
    shelves.collect()
}

fn stocks(shelves: &Shelves) -> Vec<StockAt> {
    let mut of_warehouse: BTreeMap<WarehouseId, StockAt> = BTreeMap::new();
    for (&(component, warehouse), shelf) in shelves {
        of_warehouse
            .entry(warehouse)
            .or_insert_with(|| StockAt::new(warehouse, shelf.position))
            .set(component, shelf.free);
    }
    of_warehouse.into_values().collect()
}

/// What to take from where, or what is missing.
fn take(lines: &[Line], stocks: &[StockAt]) -> Result<Vec<Take>, Vec<Shortage>> {
    let wanted: Vec<Wanted<'_>> = lines
        .iter()
        .map(|line| Wanted {
            product: line.product,
            bill: &line.bill,
            quantity: line.quantity,
        })
        .collect();
    fulfil(&wanted, stocks, &[], Sorting::ByQuantity).map_err(|short| {
        short
            .into_iter()
            .map(|short| Shortage {
                product_id: short.product,
                requested: short.requested,
                available: short.available,
            })
            .collect()
    })
}

async fn write(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    takes: &[Take],
) -> Result<(), sqlx::Error> {
    let components: Vec<Uuid> = takes.iter().map(|take| take.component.uuid()).collect();
    let warehouses: Vec<Uuid> = takes.iter().map(|take| take.warehouse.uuid()).collect();
    let quantities: Vec<i64> = takes.iter().map(|take| take.quantity).collect();
    sqlx::query!(
        "WITH take AS (
             SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[])
                  AS t (component_id, warehouse_id, quantity)
         ), balance AS (
             UPDATE stock s SET reserved = s.reserved + t.quantity
             FROM take t WHERE s.component_id = t.component_id AND s.warehouse_id = t.warehouse_id
         ), journal AS (
             INSERT INTO stock_movement
                 (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, order_id, at)
             SELECT component_id, warehouse_id, 'reserve', 0, quantity, $1, $5 FROM take
         ), stale AS (
             INSERT INTO stale_stock (components) SELECT array_agg(DISTINCT component_id) FROM take HAVING count(*) > 0
         )
         INSERT INTO reservation_pick (order_id, component_id, warehouse_id, quantity)
         SELECT $1, component_id, warehouse_id, quantity FROM take",
        order.uuid(),
        &components,
        &warehouses,
        &quantities,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn picks(takes: &[Take], shelves: &Shelves) -> Vec<Pick> {
    let mut found: Vec<(&Take, &Shelf)> = takes
        .iter()
        .filter_map(|take| Some((take, shelves.get(&(take.component, take.warehouse))?)))
        .collect();
    found.sort_by_key(|(take, shelf)| (shelf.position, take.warehouse, &shelf.sku));
    found
        .into_iter()
        .map(|(take, shelf)| Pick {
            warehouse: shelf.warehouse.clone(),
            shelf: shelf.place.clone(),
            component_id: take.component,
            sku: shelf.sku.clone(),
            name: shelf.name.clone(),
            quantity: take.quantity,
        })
        .collect()
}
