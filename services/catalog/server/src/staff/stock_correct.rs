use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::{CorrectStockError, correct_stock};
use contracts::catalog::{StockCorrection, StockRow};
use kernel::Text;
use problem::{IdempotencyKey, Json, Problem, ProblemBody, kinds};

use super::{Staff, StockKeepers};
use crate::problems;

/// Adds to or takes from what lies in a warehouse (WH-1). For the roles warehouse and administrator; goes into the
/// audit with the reason. The same employee's same `Idempotency-Key` again changes nothing.
#[utoipa::path(
    post, path = "/api/staff/v1/stock/corrections", tag = "stock",
    operation_id = "staff_stock_correct",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = StockCorrection,
    responses(
        (status = 200, description = "The stock as it is now", body = StockRow),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "not-enough-free: less is free (`free`) than is to be taken away",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong, or the key was used for another correction",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<StockKeepers>,
    IdempotencyKey(key): IdempotencyKey,
    Json(correction): Json<StockCorrection>,
) -> Result<Json<StockRow>, Problem> {
    let corrected = correct_stock(
        &staff.pg,
        &*staff.clock,
        &staff.subscriptions,
        employee.login(),
        &key,
        &correction,
    )
    .await;
    let row = corrected.map_err(refused)?;
    staff.wake.wake();
    staff.signals.stock_changed();
    Ok(Json(row))
}

fn refused(error: CorrectStockError) -> Problem {
    let wrong = |field, code, message| Problem::new(&kinds::VALIDATION).field(field, code, message);
    match error {
        CorrectStockError::UnknownComponent => wrong(
            "component_id",
            "unknown",
            Text::new("такой детали нет", "there is no such component"),
        ),
        CorrectStockError::UnknownWarehouse => wrong(
            "warehouse",
            "unknown",
            Text::new("такого склада нет", "there is no such warehouse"),
        ),
        CorrectStockError::NoChange => wrong(
            "delta",
            "zero",
            Text::new("не должно быть нулём", "must not be zero"),
        ),
        CorrectStockError::TooFew { free } => Problem::new(&problems::NOT_ENOUGH_FREE)
            .detail(Text::new(
                format!("Свободно {free} шт.; остальное в резерве под заказы."),
                format!("{free} pieces are free; the rest is held for orders."),
            ))
            .ext("free", &free),
        CorrectStockError::KeyReused => Problem::new(&kinds::IDEMPOTENCY_REUSED),
        CorrectStockError::Database(error) => problems::database(error),
    }
}
