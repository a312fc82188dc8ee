use std::collections::HashMap;

use catalog_domain::{StockAt, available_at, available_in_total};
use contracts::catalog::{Availability, WarehouseAvailability};
use kernel::{Text, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;
use crate::components::product_id;
use crate::parts::{bills, components_of};

/// A warehouse, in the order in which they are counted.
pub(crate) struct Warehouse {
    pub id: WarehouseId,
    pub code: String,
    pub name: Text,
}

/// Units of a product that can be put together from the stock of this moment, per warehouse and in total (CAT-6);
/// `None` when there is no such product.
pub async fn availability(pg: &Pg, product: &ProductRef) -> Result<Option<Availability>, sqlx::Error> {
    pg.read("availability", async |mut tx: pg::Tx| {
        let Some(id) = product_id(&mut tx, product).await? else {
            return Ok(None);
        };
        let warehouses =
            sqlx::query!("SELECT id, code, name_ru, name_en FROM warehouse ORDER BY position, id")
                .map(|row| Warehouse {
                    id: row.id.into(),
                    code: row.code,
                    name: Text::new(row.name_ru, row.name_en),
                })
                .fetch_all(&mut *tx)
                .await?;
        count(&mut tx, id, warehouses).await.map(Some)
    })
    .await
}

/// Counts by the rule of the domain, from the parts that a unit is built of. Two statements.
pub(crate) async fn count(
    conn: &mut PgConnection,
    product: Uuid,
    warehouses: Vec<Warehouse>,
) -> Result<Availability, sqlx::Error> {
    let bill = bills(conn, &[product])
        .await?
        .remove(&product.into())
        .unwrap_or_default();
    let mut stocks: HashMap<Uuid, StockAt> = (0..)
        .zip(&warehouses)
        .map(|(position, warehouse)| (warehouse.id.uuid(), StockAt::new(warehouse.id, position)))
        .collect();
    let rows = sqlx::query!(
        r#"SELECT component_id, warehouse_id, on_hand - reserved AS "free!" FROM stock WHERE component_id = ANY($1)"#,
        &components_of([&bill]),
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if let Some(stock) = stocks.get_mut(&row.warehouse_id) {
            stock.set(row.component_id.into(), row.free);
        }
    }
    let stocks: Vec<StockAt> = warehouses
        .iter()
        .filter_map(|warehouse| stocks.remove(&warehouse.id.uuid()))
        .collect();
    Ok(Availability {
        total: available_in_total(&bill, &stocks),
        warehouses: warehouses
            .into_iter()
            .zip(&stocks)
            .map(|(warehouse, stock)| WarehouseAvailability {
                code: warehouse.code,
                name: warehouse.name,
                available: available_at(&bill, stock),
            })
            .collect(),
    })
}
