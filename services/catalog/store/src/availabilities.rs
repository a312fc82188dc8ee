use std::collections::{BTreeSet, HashMap};

use catalog_domain::{Bill, Part, StockAt, available_at, available_in_total};
use contracts::catalog::{Availability, WarehouseAvailability};
use kernel::{ProductId, Text};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::availability::Warehouse;

/// What [`availability`](crate::availability()) answers, for many units (CAT-6): at most three statements, however
/// many there are. A unit that is built of nothing has none.
pub async fn availabilities(
    pg: &Pg,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Availability>, sqlx::Error> {
    let ids: Vec<Uuid> = products.iter().map(|id| id.uuid()).collect();
    pg.read("availabilities", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            "SELECT product_id, component_id, substitutes, quantity FROM product_part WHERE product_id = ANY($1)",
            &ids,
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut components = BTreeSet::new();
        let mut parts: HashMap<Uuid, Vec<_>> = ids.iter().map(|&id| (id, Vec::new())).collect();
        for row in rows {
            components.insert(row.component_id);
            components.extend(row.substitutes.iter().copied());
            parts.entry(row.product_id).or_default().push(Part {
                component: row.component_id.into(),
                substitutes: row.substitutes.into_iter().map(Into::into).collect(),
                quantity: row.quantity,
            });
        }
        let warehouses = warehouses(&mut tx).await?;
        let free = free(&mut tx, &components).await?;
        parts
            .into_iter()
            .map(|(id, parts)| Ok((id.into(), count(parts, &warehouses, &free)?)))
            .collect()
    })
    .await
}

/// Units of these products that lists show as available; unknown products are left out. One statement.
pub async fn listed_availability(
    pg: &Pg,
    products: &[ProductId],
) -> Result<HashMap<ProductId, i64>, sqlx::Error> {
    let ids: Vec<Uuid> = products.iter().map(|id| id.uuid()).collect();
    pg.read("listed_availability", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT p.id, coalesce(a.available, 0) AS "available!"
               FROM product p LEFT JOIN product_availability a ON a.product_id = p.id
               WHERE p.id = ANY($1) AND p.deleted_at IS NULL"#,
            &ids,
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id.into(), row.available))
            .collect())
    })
    .await
}

async fn warehouses(conn: &mut PgConnection) -> Result<Vec<Warehouse>, sqlx::Error> {
    sqlx::query!("SELECT id, code, name_ru, name_en FROM warehouse ORDER BY position, id")
        .map(|row| Warehouse {
            id: row.id.into(),
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
        })
        .fetch_all(conn)
        .await
}

/// Free pieces by component, with the warehouse they lie in.
type Free = HashMap<Uuid, Vec<(Uuid, i64)>>;

async fn free(conn: &mut PgConnection, components: &BTreeSet<Uuid>) -> Result<Free, sqlx::Error> {
    if components.is_empty() {
        return Ok(Free::new());
    }
    let ids: Vec<Uuid> = components.iter().copied().collect();
    let rows = sqlx::query!(
        r#"SELECT component_id, warehouse_id, on_hand - reserved AS "free!" FROM stock
           WHERE component_id = ANY($1) AND on_hand > reserved"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let mut free = Free::new();
    for row in rows {
        free.entry(row.component_id)
            .or_default()
            .push((row.warehouse_id, row.free));
    }
    Ok(free)
}

/// Counts by the rule of the domain.
fn count(parts: Vec<Part>, warehouses: &[Warehouse], free: &Free) -> Result<Availability, sqlx::Error> {
    let bill = Bill::new(parts).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let mut stocks: Vec<StockAt> = warehouses
        .iter()
        .zip(0..)
        .map(|(warehouse, position)| StockAt::new(warehouse.id, position))
        .collect();
    for component in bill.components() {
        for &(warehouse, pieces) in free.get(&component.uuid()).into_iter().flatten() {
            if let Some(stock) = stocks
                .iter_mut()
                .find(|stock| stock.warehouse.uuid() == warehouse)
            {
                stock.set(component, pieces);
            }
        }
    }
    Ok(Availability {
        total: available_in_total(&bill, &stocks),
        warehouses: warehouses
            .iter()
            .zip(&stocks)
            .map(|(warehouse, stock)| WarehouseAvailability {
                code: warehouse.code.clone(),
                name: warehouse.name.clone(),
                available: available_at(&bill, stock),
            })
            .collect(),
    })
}
