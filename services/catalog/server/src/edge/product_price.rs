use std::sync::Arc;

use axum::extract::State;
use contracts::catalog::Price;
use kernel::Text;
use problem::{Json, Path, Problem, ProblemBody};

use super::Edge;
use crate::lookups::{product_missing, product_ref};
use crate::problems;

/// A product's price (CAT-10).
#[utoipa::path(
    get, path = "/api/catalog/v1/products/{product}/price", tag = "products",
    operation_id = "product_price",
    params(("product" = String, Path, description = "Id or slug of the product")),
    responses(
        (status = 200, description = "The price", body = Price),
        (status = 404, description = "No such product", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "no-price: it cannot be sold yet", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    Path(product): Path<String>,
) -> Result<Json<Price>, Problem> {
    let product = product_ref(&product)?;
    let found = catalog_store::price(&edge.pg, &product)
        .await
        .map_err(problems::database)?;
    let (product_id, price) = found.ok_or_else(|| product_missing(&product))?;
    let Some(price) = price else {
        tracing::warn!(%product_id, "look-up failed: the product has no price");
        return Err(Problem::new(&problems::NO_PRICE).detail(Text::new(
            "Цена рассчитывается: стоимость одной из деталей ещё не известна.",
            "The price is being worked out: the cost of a component is not known yet.",
        )));
    };
    Ok(Json(Price { product_id, price }))
}
