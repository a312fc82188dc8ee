use std::collections::{BTreeMap, HashMap};

use catalog_domain::{Place, Sorting, StockAt, Take, fulfil};
use contracts::catalog::{GeoPoint, Pick, Shortage};
use kernel::{ComponentId, OrderId, Text, WarehouseId};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::parts::components_of;
use crate::wanted::Line;

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

/// A shelf and what is free on it.
struct Shelf {
    stands_in: WarehouseId,
    position: i32,
    stands: Option<Place>,
    warehouse: String,
    place: Option<String>,
    sku: String,
    name: Text,
    free: i64,
}

/// Shelves by what lies on them.
#[derive(Default)]
pub(crate) struct Shelves(HashMap<ComponentId, Vec<Shelf>>);

impl Shelves {
    fn get(&self, component: ComponentId, warehouse: WarehouseId) -> Option<&Shelf> {
        let shelves = self.0.get(&component)?;
        shelves.iter().find(|shelf| shelf.stands_in == warehouse)
    }

    /// What is taken is not free for those who come after.
    pub(crate) fn take(&mut self, takes: &[Take]) {
        self.change(takes, -1);
    }

    /// As if it had not been taken.
    pub(crate) fn put_back(&mut self, takes: &[Take]) {
        self.change(takes, 1);
    }

    fn change(&mut self, takes: &[Take], sign: i64) {
        for take in takes {
            let shelves = self.0.get_mut(&take.component).into_iter().flatten();
            for shelf in shelves.filter(|shelf| shelf.stands_in == take.warehouse) {
                shelf.free += sign * take.quantity;
            }
        }
    }

    /// What is free of these components, warehouse by warehouse.
    fn stocks(&self, components: &[Uuid]) -> Vec<StockAt> {
        let mut of_warehouse: BTreeMap<WarehouseId, StockAt> = BTreeMap::new();
        for component in components.iter().copied().map(ComponentId::from) {
            for shelf in self.0.get(&component).into_iter().flatten() {
                of_warehouse
                    .entry(shelf.stands_in)
                    .or_insert_with(|| StockAt::new(shelf.stands_in, shelf.position).at(shelf.stands))
                    .set(component, shelf.free);
            }
        }
        of_warehouse.into_values().collect()
    }
}

/// Holds the stock that all lines take together for an order whose reservation is locked. Two statements.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    order: OrderId,
    lines: &[Line],
) -> Result<(), HoldError> {
    let shelves = lock(conn, &components(lines)).await?;
    let (takes, _) = choose(lines, &shelves, &[], Sorting::ByQuantity)?;
    Ok(write(conn, now, order, &takes).await?)
}

/// Chooses the shelves that all lines together are taken from as the domain allocates them (STK-2), keeping what is
/// `held` where that is possible. Answers all takes, and the picks as [`reservation`](crate::reservation()) reads them:
/// warehouse by warehouse, then by article number.
pub(crate) fn choose(
    lines: &[Line],
    shelves: &Shelves,
    held: &[Take],
    sorting: Sorting,
) -> Result<(Vec<Take>, Vec<Pick>), HoldError> {
    let wanted: Vec<catalog_domain::Wanted<'_>> = lines
        .iter()
        .map(|line| catalog_domain::Wanted {
            product: line.product,
            bill: &line.bill,
            quantity: line.quantity,
        })
        .collect();
    let stocks = shelves.stocks(&components(lines));
    let takes = fulfil(&wanted, &stocks, held, sorting).map_err(|short| {
        let short = short.into_iter().map(|short| Shortage {
            product_id: short.product,
            requested: short.requested,
            available: short.available,
        });
        HoldError::Short(short.collect())
    })?;
    let picks = picks(&takes, shelves);
    Ok((takes, picks))
}

/// How a request's address sorts the warehouses.
pub(crate) fn sorting(near: Option<GeoPoint>) -> Sorting {
    near.and_then(|near| Place::new(near.latitude, near.longitude).ok())
        .map_or(Sorting::ByQuantity, Sorting::ByDistance)
}

/// Every component that can serve the lines, once.
pub(crate) fn components<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Vec<Uuid> {
    components_of(lines.into_iter().map(|line| &line.bill))
}

/// Every shelf that has one of the components, as it is at the moment. Each component is looked up once, not once a shelf,
/// and by its index, whatever the planner takes tables for that are empty yet.
pub(crate) async fn look(conn: &mut PgConnection, components: &[Uuid]) -> Result<Shelves, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT s.component_id, s.warehouse_id, s.shelf, s.on_hand - s.reserved AS "free!",
                  w.position, w.code, w.latitude, w.longitude, c.sku, c.name_ru, c.name_en
           FROM unnest($1::uuid[]) asked (id)
           CROSS JOIN LATERAL (SELECT sku, name_ru, name_en FROM component WHERE id = asked.id OFFSET 0) c
           CROSS JOIN LATERAL (
               SELECT component_id, warehouse_id, shelf, on_hand, reserved FROM stock
               WHERE component_id = asked.id OFFSET 0
           ) s
           JOIN warehouse w ON w.id = s.warehouse_id"#,
        components,
    )
    .fetch_all(conn)
    .await?;
    Ok(shelves(rows))
}

/// The same, locked in the order that all changes of stock keep.
pub(crate) async fn lock(conn: &mut PgConnection, components: &[Uuid]) -> Result<Shelves, sqlx::Error> {
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
                  w.position, w.code, w.latitude, w.longitude, c.sku, c.name_ru, c.name_en
           FROM locked s
           JOIN warehouse w ON w.id = s.warehouse_id
           JOIN component c ON c.id = s.component_id"#,
        components,
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
    latitude: Option<f64>,
    longitude: Option<f64>,
    sku: String,
    name_ru: String,
    name_en: String,
}

fn shelves(rows: Vec<Row>) -> Shelves {
    let mut shelves = Shelves::default();
    for row in rows {
        let stands = row.latitude.zip(row.longitude);
        shelves.0.entry(row.component_id.into()).or_default().push(Shelf {
            stands_in: row.warehouse_id.into(),
            position: row.position,
            stands: stands.and_then(|(latitude, longitude)| Place::new(latitude, longitude).ok()),
            warehouse: row.code,
            place: row.shelf,
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            free: row.free,
        });
    }
    shelves
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
        .filter_map(|take| Some((take, shelves.get(take.component, take.warehouse)?)))
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
