use std::collections::BTreeMap;

use catalog_domain::{Bill, Limit, StockAt, limit_at};
use kernel::{ComponentId, ProductId, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{UNITS, is_ours};
use crate::parts::{bills, components_of, free_in_total};
use crate::wish::queue_wishes;

/// Computes a portion of the units that are queued. Answers how many rows of the queue that were, and how many units.
pub(super) async fn work_off(pg: &Pg) -> Result<(usize, usize), sqlx::Error> {
    pg.run("refresh_units", async |mut tx: pg::Tx| {
        if !is_ours(&mut tx).await? {
            return Ok((0, 0));
        }
        let (taken, units) = take_units(&mut tx).await?;
        let computed = compute(&mut tx, &units).await?;
        write(&mut tx, &computed).await?;
        raise_bounds(&mut tx, &computed).await?;
        Ok((taken, computed.len()))
    })
    .await
}

/// Takes units out of their queue. Answers how many rows, and the units, each once.
async fn take_units(conn: &mut PgConnection) -> Result<(usize, Vec<Uuid>), sqlx::Error> {
    let mut units = sqlx::query_scalar!(
        "DELETE FROM stale_unit WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_unit ORDER BY id LIMIT $1)) RETURNING product_id",
        UNITS,
    )
    .fetch_all(conn)
    .await?;
    let taken = units.len();
    units.sort_unstable();
    units.dedup();
    Ok((taken, units))
}

struct Computed {
    product: ProductId,
    limit: Limit,
    bill: Bill,
}

async fn compute(conn: &mut PgConnection, units: &[Uuid]) -> Result<Vec<Computed>, sqlx::Error> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let bills = bills(conn, units).await?;
    let free = free_in_total(conn, &components_of(bills.values())).await?;
    // All shelves as if they were one: in total it makes no difference where a piece lies.
    let mut everywhere = StockAt::new(WarehouseId::from(Uuid::nil()), 0);
    for (component, free) in free {
        everywhere.set(component, free);
    }
    let computed = bills.into_iter().map(|(product, bill)| Computed {
        product,
        limit: limit_at(&bill, &everywhere),
        bill,
    });
    Ok(computed.collect())
}

/// Writes what has changed, and queues those units for what lists read.
async fn write(conn: &mut PgConnection, computed: &[Computed]) -> Result<(), sqlx::Error> {
    if computed.is_empty() {
        return Ok(());
    }
    let products: Vec<Uuid> = computed.iter().map(|unit| unit.product.uuid()).collect();
    let units: Vec<i64> = computed.iter().map(|unit| unit.limit.units).collect();
    let limited_by: Vec<String> = computed.iter().map(|unit| array(&unit.limit.by)).collect();
    sqlx::query!(
        "WITH computed AS (
             SELECT c.product_id, c.available, c.limited_by::uuid[] AS limited_by
             FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS c (product_id, available, limited_by)
             JOIN product p ON p.id = c.product_id
         ), shown AS (
             SELECT product_id, available FROM product_availability WHERE product_id = ANY($1)
         ), written AS (
             -- In the order in which cards are written, too.
             INSERT INTO product_availability AS a (product_id, available, limited_by)
             SELECT * FROM computed ORDER BY product_id
             ON CONFLICT (product_id) DO UPDATE SET available = EXCLUDED.available, limited_by = EXCLUDED.limited_by
             WHERE (a.available, a.limited_by) <> (EXCLUDED.available, EXCLUDED.limited_by)
             RETURNING product_id, available
         )
         -- Lists know whether there are any, not how many.
         INSERT INTO stale_product (product_id)
         SELECT w.product_id FROM written w LEFT JOIN shown s ON s.product_id = w.product_id
         WHERE (coalesce(s.available, 0) > 0) <> (w.available > 0)",
        &products,
        &units,
        &limited_by,
    )
    .execute(&mut *conn)
    .await?;
    queue_wishes(conn, &products, &units).await
}

/// An array in PostgreSQL's own form.
fn array(components: &[ComponentId]) -> String {
    let components: Vec<String> = components.iter().map(ToString::to_string).collect();
    format!("{{{}}}", components.join(","))
}

/// Raises the bounds to what is shown now.
async fn raise_bounds(conn: &mut PgConnection, computed: &[Computed]) -> Result<(), sqlx::Error> {
    let mut bounds: BTreeMap<(ComponentId, i64), i64> = BTreeMap::new();
    for unit in computed.iter().filter(|unit| unit.limit.units > 0) {
        for (component, pieces) in pieces(&unit.bill) {
            if !unit.limit.by.contains(&component) {
                let bound = bounds.entry((component, pieces)).or_default();
                *bound = unit.limit.units.max(*bound);
            }
        }
    }
    if bounds.is_empty() {
        return Ok(());
    }
    let components: Vec<Uuid> = bounds.keys().map(|(component, _)| component.uuid()).collect();
    let pieces: Vec<i64> = bounds.keys().map(|&(_, pieces)| pieces).collect();
    let bounds: Vec<i64> = bounds.into_values().collect();
    sqlx::query!(
        "INSERT INTO availability_bound AS b (component_id, pieces, bound)
         SELECT n.component_id, n.pieces, n.bound
         FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS n (component_id, pieces, bound)
         WHERE NOT EXISTS (SELECT FROM availability_bound o
                           WHERE o.component_id = n.component_id AND o.pieces = n.pieces AND o.bound >= n.bound)
         ON CONFLICT (component_id, pieces) DO UPDATE SET bound = EXCLUDED.bound",
        &components,
        &pieces,
        &bounds,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many pieces of each component one unit uses at most: all those of the parts that it can serve.
pub(crate) fn pieces(bill: &Bill) -> BTreeMap<ComponentId, i64> {
    let mut pieces: BTreeMap<ComponentId, i64> = BTreeMap::new();
    for part in bill.parts() {
        for component in part.options() {
            let sum = pieces.entry(component).or_default();
            *sum = sum.saturating_add(part.quantity);
        }
    }
    pieces
}
