use catalog_domain::{Bill, Part, StockAt, available_at, available_in_total};
use contracts::catalog::{Availability, BillLine, WarehouseAvailability};
use kernel::{Text, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ProductRef;
use crate::components::product_id;

/// A warehouse, in the order in which they are counted.
pub(crate) struct Warehouse {
    pub id: WarehouseId,
    pub code: String,
    pub name: Text,
}

/// A line of a bill with what each warehouse has free of its component, in the order of the warehouses.
pub(crate) struct StockedLine {
    pub line: BillLine,
    pub free: Vec<i64>,
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
        let lines = stocked_lines(&mut tx, id).await?;
        count(&lines, warehouses).map(Some)
    })
    .await
}

/// A product's bill of materials with free stock.
pub(crate) async fn stocked_lines(
    conn: &mut PgConnection,
    product: Uuid,
) -> Result<Vec<StockedLine>, sqlx::Error> {
    sqlx::query!(
        r#"SELECT l.component_id, c.sku, c.name_ru, c.name_en, c.kind, l.quantity, l.required,
                  ARRAY(SELECT coalesce(s.on_hand - s.reserved, 0)
                        FROM warehouse w
                        LEFT JOIN stock s ON s.warehouse_id = w.id AND s.component_id = l.component_id
                        ORDER BY w.position, w.id) AS "free!"
           FROM bill_line l JOIN component c ON c.id = l.component_id
           WHERE l.product_id = $1
           ORDER BY l.position, c.sku"#,
        product,
    )
    .map(|row| StockedLine {
        line: BillLine {
            component_id: row.component_id.into(),
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            kind: row.kind,
            quantity: row.quantity,
            required: row.required,
        },
        free: row.free,
    })
    .fetch_all(conn)
    .await
}

/// Counts by the rule of the domain.
pub(crate) fn count(lines: &[StockedLine], warehouses: Vec<Warehouse>) -> Result<Availability, sqlx::Error> {
    let required = lines
        .iter()
        .map(|stocked| &stocked.line)
        .filter(|line| line.required);
    let bill = Bill::new(required.map(|line| Part::plain(line.component_id, line.quantity.into())))
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    let stocks: Vec<StockAt> = warehouses
        .iter()
        .enumerate()
        .map(|(index, warehouse)| {
            let mut stock = StockAt::new(warehouse.id, i32::try_from(index).unwrap_or(i32::MAX));
            for stocked in lines {
                stock.set(
                    stocked.line.component_id,
                    stocked.free.get(index).copied().unwrap_or(0),
                );
            }
            stock
        })
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
