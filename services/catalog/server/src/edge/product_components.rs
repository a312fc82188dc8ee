use std::sync::Arc;

use axum::extract::State;
use contracts::catalog::BillLine;
use problem::{Json, Path, Problem, ProblemBody};

use super::Edge;
use crate::lookups::{product_missing, product_ref};
use crate::problems;

/// A product's bill of materials (CAT-3).
#[utoipa::path(
    get, path = "/api/catalog/v1/products/{product}/components", tag = "products",
    operation_id = "product_components",
    params(("product" = String, Path, description = "Id or slug of the product")),
    responses(
        (status = 200, description = "The components", body = Vec<BillLine>),
        (status = 404, description = "No such product", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    Path(product): Path<String>,
) -> Result<Json<Vec<BillLine>>, Problem> {
    let product = product_ref(&product)?;
    let lines = catalog_store::components(&edge.pg, &product)
        .await
        .map_err(problems::database)?;
    lines.map(Json).ok_or_else(|| product_missing(&product))
}
