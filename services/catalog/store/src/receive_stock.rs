use std::collections::BTreeMap;

use contracts::catalog::{Receipt, StockReceipt};
use kernel::{Clock, ComponentId, ReceiptId};
use pg::Pg;
use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

/// Why goods were not entered. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveStockError {
    /// These lines name components that do not exist, or assemblies, which lie on no shelf.
    #[error("{} lines name no component that can be kept", .0.len())]
    UnknownComponents(Vec<usize>),
    /// There is no such warehouse.
    #[error("no such warehouse")]
    UnknownWarehouse,
    /// The employee used the key for another receipt.
    #[error("the key was used for another receipt")]
    KeyReused,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(ReceiveStockError);

/// Enters what a supplier delivered (STK-1): all lines or none. `actor` is the employee's login; the same `key` of the
/// same employee again changes nothing. Seven statements.
pub async fn receive_stock(
    pg: &Pg,
    clock: &dyn Clock,
    actor: &str,
    key: &str,
    receipt: &StockReceipt,
) -> Result<Receipt, ReceiveStockError> {
    // The same component may come in several boxes.
    let mut pieces: BTreeMap<ComponentId, i64> = BTreeMap::new();
    for line in &receipt.lines {
        let sum = pieces.entry(line.component_id).or_default();
        *sum = sum.saturating_add(line.quantity);
    }
    pg.run("receive_stock", async |mut tx: pg::Tx| {
        let warehouse = sqlx::query_scalar!(
            "SELECT id FROM warehouse WHERE code = $1 AND deleted_at IS NULL",
            receipt.warehouse,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(ReceiveStockError::UnknownWarehouse)?;
        let now = clock.now();
        let id = ReceiptId::new(clock);
        if let Some(known) = begin(&mut tx, id, warehouse, actor, key, receipt, now).await? {
            return Ok(known);
        }
        put(&mut tx, id, warehouse, &pieces, actor, now, receipt).await?;
        Ok(Receipt {
            id,
            document: receipt.document.clone(),
            warehouse: receipt.warehouse.clone(),
            at: now,
        })
    })
    .await
}

/// Writes the receipt, or answers the one that was written with the key before; two at once wait for each other.
async fn begin(
    conn: &mut PgConnection,
    id: ReceiptId,
    warehouse: Uuid,
    actor: &str,
    key: &str,
    receipt: &StockReceipt,
    now: OffsetDateTime,
) -> Result<Option<Receipt>, ReceiveStockError> {
    let made = sqlx::query!(
        "INSERT INTO stock_receipt (id, warehouse_id, document, actor, request_key, request, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (actor, request_key) DO NOTHING",
        id.uuid(),
        warehouse,
        receipt.document,
        actor,
        key,
        Json(receipt) as _,
        now,
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 1 {
        return Ok(None);
    }
    let known = sqlx::query!(
        r#"SELECT id, document, at, request = $3 AS "same!" FROM stock_receipt
           WHERE actor = $1 AND request_key = $2"#,
        actor,
        key,
        Json(receipt) as _,
    )
    .fetch_one(conn)
    .await?;
    if !known.same {
        return Err(ReceiveStockError::KeyReused);
    }
    Ok(Some(Receipt {
        id: known.id.into(),
        document: known.document,
        warehouse: receipt.warehouse.clone(),
        at: known.at,
    }))
}

/// Puts the pieces on their shelves, which are made where there are none, in the order that all changes of stock keep.
async fn put(
    conn: &mut PgConnection,
    id: ReceiptId,
    warehouse: Uuid,
    pieces: &BTreeMap<ComponentId, i64>,
    actor: &str,
    now: OffsetDateTime,
    receipt: &StockReceipt,
) -> Result<(), ReceiveStockError> {
    let components: Vec<Uuid> = pieces.keys().map(|component| component.uuid()).collect();
    let quantities: Vec<i64> = pieces.values().copied().collect();
    let known = sqlx::query_scalar!(
        "SELECT id FROM component WHERE id = ANY($1) AND NOT assembly AND deleted_at IS NULL",
        &components,
    )
    .fetch_all(&mut *conn)
    .await?;
    let unknown: Vec<usize> = (0..)
        .zip(&receipt.lines)
        .filter(|(_, line)| !known.contains(&line.component_id.uuid()))
        .map(|(index, _)| index)
        .collect();
    if !unknown.is_empty() {
        return Err(ReceiveStockError::UnknownComponents(unknown));
    }
    sqlx::query!(
        "INSERT INTO stock (component_id, warehouse_id, on_hand, reserved)
         SELECT component_id, $2, 0, 0 FROM unnest($1::uuid[]) AS c (component_id) ORDER BY component_id
         ON CONFLICT (component_id, warehouse_id) DO NOTHING",
        &components,
        warehouse,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "WITH moved AS (
             SELECT * FROM unnest($1::uuid[], $3::bigint[]) AS m (component_id, quantity)
         ), locked AS MATERIALIZED (
             SELECT s.component_id, m.quantity
             FROM moved m JOIN stock s ON s.component_id = m.component_id AND s.warehouse_id = $2
             ORDER BY s.component_id
             FOR NO KEY UPDATE OF s
         ), balance AS (
             UPDATE stock s SET on_hand = s.on_hand + l.quantity
             FROM locked l WHERE s.component_id = l.component_id AND s.warehouse_id = $2
         ), stale AS (
             INSERT INTO stale_stock (components) SELECT array_agg(component_id) FROM moved HAVING count(*) > 0
         )
         INSERT INTO stock_movement
             (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, actor, receipt_id, at)
         SELECT component_id, $2, 'receipt', quantity, 0, $4, $5, $6 FROM moved",
        &components,
        warehouse,
        &quantities,
        actor,
        id.uuid(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
