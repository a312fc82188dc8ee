use contracts::catalog::{StockCorrection, StockRow};
use contracts::events::{STOCK_CORRECTED, StockCorrected};
use events::{NewEvent, Subscriptions};
use kernel::{Clock, ComponentId, Text};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

/// Why stock was not corrected. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum CorrectStockError {
    /// There is no such component, or it is an assembly, which lies on no shelf (ADR 0007).
    #[error("no such component")]
    UnknownComponent,
    /// There is no such warehouse any more.
    #[error("no such warehouse")]
    UnknownWarehouse,
    /// A correction by nothing is none.
    #[error("the correction changes nothing")]
    NoChange,
    /// More is taken away than is free; what is held for orders has to be released first.
    #[error("only {free} pieces are free")]
    TooFew {
        /// Pieces that can be taken away.
        free: i64,
    },
    /// The employee used the key for another correction.
    #[error("the key was used for another correction")]
    KeyReused,
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}
pg::transaction_error!(CorrectStockError);

impl From<sqlx::Error> for CorrectStockError {
    fn from(error: sqlx::Error) -> Self {
        match pg::constraint(&error) {
            Some("stock_movement_request_key") => Self::KeyReused,
            _ => Self::Database(error),
        }
    }
}

/// Corrects what lies in a warehouse (WH-1) and tells of it with [`STOCK_CORRECTED`] in the same transaction. `actor`
/// is the employee's login; the same `key` of the same employee again changes nothing. Answers the stock as it is
/// now.
pub async fn correct_stock(
    pg: &Pg,
    clock: &dyn Clock,
    subscriptions: &Subscriptions,
    actor: &str,
    key: &str,
    correction: &StockCorrection,
) -> Result<StockRow, CorrectStockError> {
    if correction.delta == 0 {
        return Err(CorrectStockError::NoChange);
    }
    pg.run("correct_stock", async |mut tx: pg::Tx| {
        let (warehouse, mut row) = lock(&mut tx, correction).await?;
        // The lock makes the same request wait, so it finds here what the first one did.
        if is_repeated(&mut tx, actor, key, warehouse, correction).await? {
            return Ok(row);
        }
        let free = row.on_hand - row.reserved;
        if free + correction.delta < 0 {
            return Err(CorrectStockError::TooFew { free });
        }
        let now = clock.now();
        sqlx::query!(
            "WITH balance AS (
                 UPDATE stock SET on_hand = on_hand + $3 WHERE component_id = $1 AND warehouse_id = $2
             ), stale AS (
                 INSERT INTO stale_component (component_id) VALUES ($1)
             )
             INSERT INTO stock_movement
                 (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, actor, reason, request_key, at)
             VALUES ($1, $2, 'correction', $3, 0, $4, $5, $6, $7)",
            correction.component_id.uuid(),
            warehouse,
            correction.delta,
            actor,
            correction.reason,
            key,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let corrected = StockCorrected {
            component_id: correction.component_id,
            warehouse: row.warehouse.clone(),
            delta: correction.delta,
            reason: correction.reason.clone(),
            actor: actor.to_owned(),
            at: now,
        };
        let event = NewEvent::new(clock, STOCK_CORRECTED, &corrected).subject(row.sku.as_str());
        events::emit(&mut tx, &[event], subscriptions).await?;
        row.on_hand += correction.delta;
        Ok(row)
    })
    .await
}

/// Locks the stock row, which is made when it is the first of its component there. Answers the warehouse's id too.
async fn lock(
    conn: &mut PgConnection,
    correction: &StockCorrection,
) -> Result<(Uuid, StockRow), CorrectStockError> {
    let component = correction.component_id.uuid();
    let found = sqlx::query!(
        r#"SELECT c.sku, c.name_ru, c.name_en, w.id AS "warehouse?"
           FROM component c LEFT JOIN warehouse w ON w.code = $2 AND w.deleted_at IS NULL
           WHERE c.id = $1 AND NOT c.assembly AND c.deleted_at IS NULL"#,
        component,
        correction.warehouse,
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or(CorrectStockError::UnknownComponent)?;
    let warehouse = found.warehouse.ok_or(CorrectStockError::UnknownWarehouse)?;
    sqlx::query!(
        "INSERT INTO stock (component_id, warehouse_id, on_hand, reserved) VALUES ($1, $2, 0, 0)
         ON CONFLICT (component_id, warehouse_id) DO NOTHING",
        component,
        warehouse,
    )
    .execute(&mut *conn)
    .await?;
    let stock = sqlx::query!(
        "SELECT shelf, on_hand, reserved FROM stock WHERE component_id = $1 AND warehouse_id = $2
         FOR NO KEY UPDATE",
        component,
        warehouse,
    )
    .fetch_one(conn)
    .await?;
    let row = StockRow {
        component_id: ComponentId::from(component),
        sku: found.sku,
        name: Text::new(found.name_ru, found.name_en),
        warehouse: correction.warehouse.clone(),
        shelf: stock.shelf,
        on_hand: stock.on_hand,
        reserved: stock.reserved,
    };
    Ok((warehouse, row))
}

/// Whether this very correction was made before.
async fn is_repeated(
    conn: &mut PgConnection,
    actor: &str,
    key: &str,
    warehouse: Uuid,
    correction: &StockCorrection,
) -> Result<bool, CorrectStockError> {
    let same = sqlx::query_scalar!(
        r#"SELECT (component_id, warehouse_id, on_hand_delta, reason) = ($3, $4, $5, $6) AS "same!"
           FROM stock_movement WHERE actor = $1 AND request_key = $2"#,
        actor,
        key,
        correction.component_id.uuid(),
        warehouse,
        correction.delta,
        correction.reason,
    )
    .fetch_optional(conn)
    .await?;
    match same {
        Some(false) => Err(CorrectStockError::KeyReused),
        Some(true) => Ok(true),
        None => Ok(false),
    }
}
