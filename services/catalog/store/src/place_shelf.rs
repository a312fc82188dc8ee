use contracts::catalog::{ShelfPlace, StockRow};
use kernel::{ComponentId, Text};
use pg::Pg;

/// Notes where a component lies in a warehouse (STK-1); null forgets it. Answers the stock there; `None` when there is
/// none of the component and never was. One statement.
pub async fn place_shelf(
    pg: &Pg,
    component: ComponentId,
    warehouse: &str,
    place: &ShelfPlace,
) -> Result<Option<StockRow>, sqlx::Error> {
    pg.repeatable("place_shelf", async |mut conn: pg::Tx| {
        let row = sqlx::query!(
            "UPDATE stock s SET shelf = $3
             FROM warehouse w, component c
             WHERE s.component_id = $1 AND w.code = $2 AND s.warehouse_id = w.id AND c.id = s.component_id
             RETURNING c.sku, c.name_ru, c.name_en, w.code, s.shelf, s.on_hand, s.reserved",
            component.uuid(),
            warehouse,
            place.shelf,
        )
        .fetch_optional(&mut *conn)
        .await?;
        Ok(row.map(|row| StockRow {
            component_id: component,
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            warehouse: row.code,
            shelf: row.shelf,
            on_hand: row.on_hand,
            reserved: row.reserved,
        }))
    })
    .await
}
