use auth::Staff as Employee;
use axum::extract::State;
use axum::http::StatusCode;
use catalog_store::{ReceiveStockError, receive_stock};
use contracts::catalog::{Receipt, StockReceipt};
use kernel::Text;
use problem::{IdempotencyKey, Json, Problem, ProblemBody, kinds};

use super::{Staff, StockKeepers};
use crate::problems;

/// Enters goods that a supplier delivered, all lines or none (STK-1). For the roles warehouse and administrator. The
/// same employee's same `Idempotency-Key` again changes nothing.
#[utoipa::path(
    post, path = "/api/staff/v1/stock/receipts", tag = "stock",
    operation_id = "staff_stock_receive",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = StockReceipt,
    responses(
        (status = 201, description = "It is entered", body = Receipt),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong, or the key was used for another receipt",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<StockKeepers>,
    IdempotencyKey(key): IdempotencyKey,
    Json(receipt): Json<StockReceipt>,
) -> Result<(StatusCode, Json<Receipt>), Problem> {
    let entered = receive_stock(&staff.pg, &*staff.clock, employee.login(), &key, &receipt)
        .await
        .map_err(refused)?;
    staff.signals.stock_changed();
    Ok((StatusCode::CREATED, Json(entered)))
}

fn refused(error: ReceiveStockError) -> Problem {
    match error {
        ReceiveStockError::UnknownComponents(lines) => {
            lines
                .into_iter()
                .fold(Problem::new(&kinds::VALIDATION), |problem, line| {
                    problem.field(
                        format!("lines[{line}].component_id"),
                        "unknown",
                        Text::new(
                            "такой детали на складе не бывает",
                            "no such component is kept in stock",
                        ),
                    )
                })
        }
        ReceiveStockError::UnknownWarehouse => Problem::new(&kinds::VALIDATION).field(
            "warehouse",
            "unknown",
            Text::new("такого склада нет", "there is no such warehouse"),
        ),
        ReceiveStockError::KeyReused => Problem::new(&kinds::IDEMPOTENCY_REUSED),
        ReceiveStockError::Database(error) => problems::database(error),
    }
}
