use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog_domain::{Bill, Demand, Part, StockAt, available_at, available_in_total};
use contracts::catalog::{Availability, WarehouseAvailability};
use kernel::{Text, WarehouseId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::standing::decode;

/// How often each of these sets of units can be put together (CAT-6): the pieces of all of a set's units are one bill,
/// so that components they share are counted once. Two statements, however many sets.
pub(super) async fn availabilities(
    conn: &mut PgConnection,
    sets: &[Vec<(Uuid, i64)>],
) -> Result<Vec<Availability>, sqlx::Error> {
    let products: BTreeSet<Uuid> = sets.iter().flatten().map(|&(product, _)| product).collect();
    let bills = bills(conn, &products.into_iter().collect::<Vec<_>>()).await?;
    let bill_of = |product: &Uuid| bills.get(product).filter(|bill| !bill.is_empty());
    let demands: Vec<Demand> = sets
        .iter()
        .map(|units| {
            let bills = units
                .iter()
                .map(|(product, quantity)| Some((bill_of(product)?, *quantity)));
            // A unit that is built of nothing cannot be had, and so cannot a set with it; nor one of more pieces than
            // can be counted.
            let whole: Option<Vec<_>> = bills.collect();
            whole.and_then(|whole| Demand::of(whole).ok()).unwrap_or_default()
        })
        .collect();
    let components: BTreeSet<Uuid> = demands
        .iter()
        .flat_map(|demand| demand.as_bill().components())
        .map(Uuid::from)
        .collect();
    let warehouses = warehouses(conn, &components.into_iter().collect::<Vec<_>>()).await?;
    let stocks: Vec<StockAt> = warehouses
        .iter()
        .map(|warehouse| warehouse.stock.clone())
        .collect();
    let count = |demand: &Demand| {
        let bill = demand.as_bill();
        let at = |warehouse: &Warehouse| WarehouseAvailability {
            available: available_at(bill, &warehouse.stock),
            code: warehouse.code.clone(),
            name: warehouse.name.clone(),
        };
        Availability {
            total: available_in_total(bill, &stocks),
            warehouses: warehouses.iter().map(at).collect(),
        }
    };
    Ok(demands.iter().map(count).collect())
}

/// What each unit is built from; those that are not in the assortment any more are left out.
async fn bills(conn: &mut PgConnection, products: &[Uuid]) -> Result<HashMap<Uuid, Bill>, sqlx::Error> {
    let mut parts: BTreeMap<Uuid, Vec<Part>> = BTreeMap::new();
    for row in sqlx::query!(
        "SELECT l.product_id, l.component_id, l.substitutes, l.quantity
         FROM product_part l JOIN product p ON p.id = l.product_id AND p.deleted_at IS NULL
         WHERE l.product_id = ANY($1)
         ORDER BY l.product_id, l.component_id, l.substitutes",
        products,
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
    parts
        .into_iter()
        .map(|(product, parts)| Ok((product, Bill::new(parts).map_err(decode)?)))
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
