use axum::extract::State;
use contracts::catalog::{ProductSummary, ProductsRequest};
use problem::{Json, Problem, ProblemBody};

use super::Internal;
use crate::problems;

/// What orders need to know of products, with the stock of this moment. Unknown ids are left out.
#[utoipa::path(
    post, path = "/internal/v1/products", tag = "products",
    operation_id = "internal_products",
    request_body = ProductsRequest,
    responses(
        (status = 200, description = "The products that exist", body = Vec<ProductSummary>),
        (status = 422, description = "Too many ids, or not ids", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Json(request): Json<ProductsRequest>,
) -> Result<Json<Vec<ProductSummary>>, Problem> {
    let found = catalog_store::lookup(&internal.pg, &request.ids)
        .await
        .map_err(problems::database)?;
    for id in request
        .ids
        .iter()
        .filter(|id| found.iter().all(|product| product.id != **id))
    {
        tracing::warn!(product = %id, "look-up failed: no such product");
    }
    Ok(Json(found))
}
