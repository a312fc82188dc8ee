use std::collections::BTreeMap;

use catalog_domain::{Bill, Demand, Part, StockAt, available_at, available_in_total};
use contracts::catalog::{Availability, WarehouseAvailability};
use kernel::{Text, WarehouseId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::standing::decode;

/// How often all these units together can be put together (CAT-6): the pieces of all of them are one bill, so that
/// components they share are counted once. Two statements.
pub(super) async fn availability(
    conn: &mut PgConnection,
    units: &[(Uuid, i64)],
) -> Result<Availability, sqlx::Error> {
    let bills = bills(conn, units).await?;
    let demand = Demand::of(
        units
            .iter()
            .zip(&bills)
            .map(|(&(_, quantity), bill)| (bill, quantity)),
    );
    // A unit that is built of nothing cannot be had, and so cannot a set with it; nor one of more pieces than can be
    // counted.
    let whole = bills.iter().all(|bill| !bill.is_empty());
    let nothing = Demand::default();
    let demand = demand.ok().filter(|_| whole);
    let bill = demand.as_ref().unwrap_or(&nothing).as_bill();
    let components: Vec<Uuid> = bill.components().into_iter().map(Uuid::from).collect();
    let warehouses = warehouses(conn, &components).await?;
    let stocks: Vec<StockAt> = warehouses
        .iter()
        .map(|warehouse| warehouse.stock.clone())
        .collect();
    Ok(Availability {
        total: available_in_total(bill, &stocks),
        warehouses: warehouses
            .into_iter()
            .map(|warehouse| WarehouseAvailability {
                available: available_at(bill, &warehouse.stock),
                code: warehouse.code,
                name: warehouse.name,
            })
            .collect(),
    })
}

/// What each unit is built from, in their order; nothing for those that are not in the assortment any more.
async fn bills(conn: &mut PgConnection, units: &[(Uuid, i64)]) -> Result<Vec<Bill>, sqlx::Error> {
    let products: Vec<Uuid> = units.iter().map(|&(product, _)| product).collect();
    let mut parts: BTreeMap<Uuid, Vec<Part>> = BTreeMap::new();
    for row in sqlx::query!(
        "SELECT l.product_id, l.component_id, l.substitutes, l.quantity
         FROM product_part l JOIN product p ON p.id = l.product_id AND p.deleted_at IS NULL
         WHERE l.product_id = ANY($1)
         ORDER BY l.product_id, l.component_id, l.substitutes",
        &products,
    )
    .fetch_all(conn)
    .await?
    {
        parts.entry(row.product_id).or_default().push(Part {
            component: row.component_id.into(),
            substitutes: row.substitutes.into_iter().map(Into::into).collect(),
            quantity: row.quantity,
        });
    }
    products
        .iter()
        .map(|product| Bill::new(parts.remove(product).unwrap_or_default()).map_err(decode))
        .collect()
}

struct Warehouse {
    code: String,
    name: Text,
    stock: StockAt,
}

/// All warehouses in their order with what they have free of the components.
async fn warehouses(conn: &mut PgConnection, components: &[Uuid]) -> Result<Vec<Warehouse>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.code, w.name_ru, w.name_en, w.position,
                  array_agg(s.component_id) FILTER (WHERE s.component_id IS NOT NULL) AS components,
                  array_agg(s.on_hand - s.reserved) FILTER (WHERE s.component_id IS NOT NULL) AS free
           FROM warehouse w
           LEFT JOIN stock s ON s.warehouse_id = w.id AND s.component_id = ANY($1)
           GROUP BY w.id ORDER BY w.position, w.id"#,
        components,
    )
    .fetch_all(conn)
    .await?;
    let warehouses = rows.into_iter().map(|row| {
        let mut stock = StockAt::new(WarehouseId::from(row.id), row.position);
        let free = row
            .components
            .into_iter()
            .flatten()
            .zip(row.free.into_iter().flatten());
        for (component, free) in free {
            stock.set(component.into(), free);
        }
        Warehouse {
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
            stock,
        }
    });
    Ok(warehouses.collect())
}
