use std::collections::HashMap;

use catalog_domain::{StockAt, available_at, available_in_total};
use contracts::catalog::{Availability, WarehouseAvailability};
use kernel::{Text, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;
use crate::components::product_id;
use crate::parts::bill;

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

/// Counts by the rule of the domain, from the parts that a unit is built of. One statement.
pub(crate) async fn count(
    conn: &mut PgConnection,
    product: Uuid,
    warehouses: Vec<Warehouse>,
) -> Result<Availability, sqlx::Error> {
    let row = sqlx::query!(
        r#"WITH part AS MATERIALIZED (
               SELECT component_id, quantity, substitutes FROM product_part WHERE product_id = $1
           )
           SELECT p.components AS "components!", p.quantities AS "quantities!", p.substitutes AS "substitutes!",
                  s.components AS "lying!", s.warehouses AS "warehouses!", s.free AS "free!"
           FROM (
               SELECT coalesce(array_agg(component_id), '{}') AS components,
                      coalesce(array_agg(quantity), '{}') AS quantities,
                      coalesce(array_agg(array_to_string(substitutes, ' ')), '{}') AS substitutes
               FROM part
           ) p
           CROSS JOIN (
               SELECT coalesce(array_agg(component_id), '{}') AS components,
                      coalesce(array_agg(warehouse_id), '{}') AS warehouses,
                      coalesce(array_agg(on_hand - reserved), '{}') AS free
               FROM stock
               WHERE component_id = ANY(ARRAY(
                   SELECT component_id FROM part UNION SELECT unnest(substitutes) FROM part))
           ) s"#,
        product,
    )
    .fetch_one(conn)
    .await?;
    let bill = bill(row.components, row.quantities, &row.substitutes)?;
    let mut stocks: HashMap<Uuid, StockAt> = (0..)
        .zip(&warehouses)
        .map(|(position, warehouse)| (warehouse.id.uuid(), StockAt::new(warehouse.id, position)))
        .collect();
    for ((component, warehouse), free) in row.lying.into_iter().zip(row.warehouses).zip(row.free) {
        if let Some(stock) = stocks.get_mut(&warehouse) {
            stock.set(component.into(), free);
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
