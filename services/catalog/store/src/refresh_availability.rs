use std::collections::BTreeMap;

use catalog_domain::{Bill, Limit, StockAt, limit_at};
use kernel::{ComponentId, ProductId, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::parts::{bills, components_of, free_in_total};
use crate::wish::queue_wishes;

/// Held while availability is computed: were two to compute the same product, the one that looked first might
/// write last. The number is arbitrary but fixed.
pub(crate) const LOCK: i64 = 0x6361_7461_6c6f_6701;

/// Units computed by one transaction.
const UNITS: i64 = 200;

/// What one run of [`refresh_availability`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refreshed {
    /// Changes of stock worked off.
    pub changes: usize,
    /// Units computed anew.
    pub units: usize,
    /// Whether there may be more to do.
    pub more: bool,
}

/// Computes anew what lists show of the units that a change concerns, for up to `limit` changes of stock, oldest first
/// (STK-5). Nothing is done when somebody else is at it.
///
/// Of the units with a component, a change concerns those that are limited by it, and, when it became less, those that
/// it does not suffice for any more. `availability_bound` tells without a look at the units whether there are such:
/// of screws, which are in all units and never short, a change costs the same however many units there are. Where there
/// are, they are queued as units first, and worked off in portions, so that every transaction is short.
pub async fn refresh_availability(pg: &Pg, limit: i64) -> Result<Refreshed, sqlx::Error> {
    pg.run("refresh_availability", async |mut tx: pg::Tx| {
        let ours = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
            .fetch_one(&mut *tx)
            .await?;
        if !ours {
            return Ok(Refreshed::default());
        }
        let (changes, components) = take_changes(&mut tx, limit).await?;
        // Statements of their own: they see every change whose row the one before saw.
        queue_concerned(&mut tx, &components).await?;
        let (taken, units) = take_units(&mut tx).await?;
        let computed = compute(&mut tx, &units).await?;
        write(&mut tx, &computed).await?;
        raise_bounds(&mut tx, &computed).await?;
        Ok(Refreshed {
            changes,
            units: computed.len(),
            more: at_least(changes, limit) || at_least(taken, UNITS),
        })
    })
    .await
}

fn at_least(count: usize, limit: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= limit)
}

/// Takes changes of stock out of their queues, unless there are units enough to do. Answers how many, and the components
/// concerned, each once. Rows are found again by where they are: a plan that was made while a queue was empty, as it
/// mostly is, would compare each row with each.
async fn take_changes(conn: &mut PgConnection, limit: i64) -> Result<(usize, Vec<Uuid>), sqlx::Error> {
    let taken = sqlx::query!(
        r#"WITH room AS (
               SELECT CASE WHEN count(*) < $2 THEN $1::bigint ELSE 0 END AS changes FROM (SELECT FROM stale_unit LIMIT $2) u
           ), component AS (
               DELETE FROM stale_component
               WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_component ORDER BY id LIMIT (SELECT changes FROM room)))
               RETURNING ARRAY[component_id] AS components
           ), stock AS (
               DELETE FROM stale_stock
               WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_stock ORDER BY id LIMIT (SELECT changes FROM room)))
               RETURNING components
           )
           SELECT components AS "components!", true AS "of_stock!" FROM stock
           UNION ALL SELECT components, false FROM component"#,
        limit,
        UNITS,
    )
    .fetch_all(conn)
    .await?;
    let of_stock = taken.iter().filter(|row| row.of_stock).count();
    let changes = of_stock.max(taken.len() - of_stock);
    let mut components: Vec<Uuid> = taken.into_iter().flat_map(|row| row.components).collect();
    components.sort_unstable();
    components.dedup();
    Ok((changes, components))
}

/// Queues the units that a change of these components concerns, and lowers the bounds that were passed to what is left.
async fn queue_concerned(conn: &mut PgConnection, components: &[Uuid]) -> Result<(), sqlx::Error> {
    if components.is_empty() {
        return Ok(());
    }
    // One by one, since the index is what finds them whatever the planner thinks of so many at once.
    sqlx::query!(
        "INSERT INTO stale_unit (product_id)
         SELECT DISTINCT a.product_id
         FROM unnest($1::uuid[]) AS c (id)
         CROSS JOIN LATERAL (
             SELECT product_id FROM product_availability WHERE limited_by @> ARRAY[c.id] OFFSET 0
         ) a",
        components,
    )
    .execute(&mut *conn)
    .await?;
    let passed = sqlx::query!(
        r#"SELECT b.component_id, b.pieces, s.free / b.pieces AS "units!"
           FROM unnest($1::uuid[]) AS c (id)
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(on_hand - reserved), 0)::bigint AS free FROM stock WHERE component_id = c.id
           ) s
           JOIN availability_bound b ON b.component_id = c.id
           WHERE b.bound > s.free / b.pieces"#,
        components,
    )
    .fetch_all(&mut *conn)
    .await?;
    if passed.is_empty() {
        return Ok(());
    }
    let components: Vec<Uuid> = passed.iter().map(|row| row.component_id).collect();
    let pieces: Vec<i64> = passed.iter().map(|row| row.pieces).collect();
    let units: Vec<i64> = passed.iter().map(|row| row.units).collect();
    sqlx::query!(
        "WITH passed AS (
             SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS p (component_id, pieces, units)
         ), used AS (
             SELECT c.component_id, u.product_id, u.pieces
             FROM (SELECT DISTINCT component_id FROM passed) c
             CROSS JOIN LATERAL (
                 SELECT product_id, sum(quantity)::bigint AS pieces
                 FROM (SELECT product_id, quantity FROM product_part WHERE component_id = c.component_id
                       UNION ALL
                       SELECT product_id, quantity FROM product_part
                       WHERE substitutes <> '{}' AND substitutes @> ARRAY[c.component_id]) part
                 GROUP BY product_id
             ) u
         ), shown AS (
             SELECT p.component_id, p.pieces, a.product_id, a.available, a.available > p.units AS concerned
             FROM passed p
             JOIN used u ON u.component_id = p.component_id AND u.pieces = p.pieces
             JOIN product_availability a ON a.product_id = u.product_id
             WHERE NOT a.limited_by @> ARRAY[p.component_id]
         ), queued AS (
             INSERT INTO stale_unit (product_id) SELECT DISTINCT product_id FROM shown WHERE concerned
         )
         UPDATE availability_bound b SET bound = coalesce(s.bound, 0)
         FROM passed p
         LEFT JOIN (SELECT component_id, pieces, max(available) AS bound FROM shown WHERE NOT concerned
                    GROUP BY component_id, pieces) s
             ON s.component_id = p.component_id AND s.pieces = p.pieces
         WHERE b.component_id = p.component_id AND b.pieces = p.pieces",
        &components,
        &pieces,
        &units,
    )
    .execute(conn)
    .await?;
    Ok(())
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
