use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::place_shelf;
use contracts::catalog::{ShelfPlace, StockRow};
use kernel::ComponentId;
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::{Staff, StockKeepers};
use crate::problems;

/// Notes where a component lies in a warehouse (STK-1). For the roles warehouse and administrator.
#[utoipa::path(
    put, path = "/api/staff/v1/stock/{component_id}/{warehouse}/shelf", tag = "stock",
    operation_id = "staff_stock_shelf",
    params(
        ("component_id" = ComponentId, Path, description = "The component"),
        ("warehouse" = String, Path, description = "Code of the warehouse"),
    ),
    request_body = ShelfPlace,
    responses(
        (status = 200, description = "The stock there", body = StockRow),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "The component never lay in the warehouse", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<StockKeepers>,
    Path((component, warehouse)): Path<(ComponentId, String)>,
    Json(place): Json<ShelfPlace>,
) -> Result<Json<StockRow>, Problem> {
    let row = place_shelf(&staff.pg, component, &warehouse, &place)
        .await
        .map_err(problems::database)?;
    row.map(Json).ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}
