use std::sync::Arc;

use axum::extract::State;
use contracts::catalog::Availability;
use problem::{Json, Path, Problem, ProblemBody};

use super::Edge;
use crate::lookups::{product_missing, product_ref};
use crate::problems;

/// How many of a product can be put together from the stock of this moment (CAT-6).
#[utoipa::path(
    get, path = "/api/catalog/v1/products/{product}/availability", tag = "products",
    operation_id = "product_availability",
    params(("product" = String, Path, description = "Id or slug of the product")),
    responses(
        (status = 200, description = "In total and per warehouse", body = Availability),
        (status = 404, description = "No such product", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    Path(product): Path<String>,
) -> Result<Json<Availability>, Problem> {
    let product = product_ref(&product)?;
    let found = catalog_store::availability(&edge.pg, &product)
        .await
        .map_err(problems::database)?;
    found.map(Json).ok_or_else(|| product_missing(&product))
}
