use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use catalog_store::ProductRef;
use contracts::catalog::ProductDetail;
use problem::{Path, Problem, ProblemBody};

use super::Edge;
use crate::conditions::Conditions;
use crate::lookups::{product_missing, product_ref};
use crate::problems;

/// A product with everything its page shows (CRT-1).
#[utoipa::path(
    get, path = "/api/catalog/v1/products/{product}", tag = "products",
    operation_id = "product_get",
    params(("product" = String, Path, description = "Id or slug of the product")),
    responses(
        (status = 200, description = "The product", body = ProductDetail),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 404, description = "No such product", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    conditions: Conditions,
    Path(product): Path<String>,
) -> Result<Response, Problem> {
    let product = product_ref(&product)?;
    let answer = edge.products.get(&product, || detail(&edge, &product)).await?;
    Ok(answer.respond(&conditions))
}

async fn detail(edge: &Edge, product: &ProductRef) -> Result<ProductDetail, Problem> {
    let detail = catalog_store::product(&edge.pg, product)
        .await
        .map_err(problems::database)?;
    detail.ok_or_else(|| product_missing(product))
}
