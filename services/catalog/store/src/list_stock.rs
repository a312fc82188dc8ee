use contracts::catalog::{StockPage, StockRow};
use kernel::{PageSize, Text, decode_cursor, encode_cursor};
use pg::Pg;
use serde::{Deserialize, Serialize};

use crate::ListError;

/// What a list of stock is narrowed to; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StockFilter {
    /// Part of an article number or a name, whatever its case.
    pub q: Option<String>,
    /// Code of a warehouse.
    pub warehouse: Option<String>,
}

/// Article number and warehouse of a page's last row.
#[derive(Serialize, Deserialize)]
struct Cursor(String, String);

/// One page of stock by article number, then warehouse (STK-1). One statement.
pub async fn list_stock(
    pg: &Pg,
    filter: &StockFilter,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<StockPage, ListError> {
    let Cursor(sku, code) = match cursor {
        Some(cursor) => decode_cursor(cursor)?,
        None => Cursor(String::new(), String::new()),
    };
    let limit = usize::from(size.get());
    pg.read("list_stock", async |mut tx: pg::Tx| {
        let mut items = sqlx::query!(
            r"SELECT s.component_id, c.sku, c.name_ru, c.name_en, w.code, s.shelf, s.on_hand, s.reserved
              FROM component c
              JOIN stock s ON s.component_id = c.id
              JOIN warehouse w ON w.id = s.warehouse_id
              WHERE c.sku >= $1 AND (c.sku, w.code) > ($1, $2)
                AND ($3::text IS NULL OR strpos(lower(c.sku || chr(10) || c.name_ru || chr(10) || c.name_en),
                                                lower($3)) > 0)
                AND ($4::text IS NULL OR w.code = $4)
              ORDER BY c.sku, w.code
              LIMIT $5",
            sku,
            code,
            filter.q,
            filter.warehouse,
            i64::from(size.get()) + 1,
        )
        .map(|row| StockRow {
            component_id: row.component_id.into(),
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            warehouse: row.code,
            shelf: row.shelf,
            on_hand: row.on_hand,
            reserved: row.reserved,
        })
        .fetch_all(&mut *tx)
        .await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|row| encode_cursor(&Cursor(row.sku.clone(), row.warehouse.clone())));
        Ok(StockPage { items, next_cursor })
    })
    .await
}
