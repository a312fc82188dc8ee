use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use catalog_store::ProductRef;
use contracts::catalog::Recommendations;
use problem::{Path, Problem, ProblemBody};

use super::Edge;
use crate::conditions::Conditions;
use crate::lookups::{product_missing, product_ref};
use crate::problems;

/// What goes with a product: three that are often bought with it, or similar ones where too few orders tell (CRT-1).
///
/// Bought together are those that at least three paid orders have, more often than by chance; those in stock come
/// first. All have a price. Fewer than three where there are no more.
#[utoipa::path(
    get, path = "/api/catalog/v1/products/{product}/recommendations", tag = "products",
    operation_id = "product_recommendations",
    params(("product" = String, Path, description = "Id or slug of the product")),
    responses(
        (status = 200, description = "At most three products", body = Recommendations,
            example = json!({ "items": [{ "source": "orders", "product": {
                "id": "01890a5d-ac96-774b-bcce-b302099a8057", "slug": "chair-onega-walnut",
                "name": { "ru": "Стул «Онега»", "en": "Onega chair" },
                "category": { "code": "chairs", "name": { "ru": "Стулья", "en": "Chairs" } },
                "color": { "code": "walnut", "name": { "ru": "Орех", "en": "Walnut" }, "hex": "#7a5230" },
                "material": { "code": "oak", "name": { "ru": "Дуб", "en": "Oak" } },
                "dimensions": { "height_mm": 900, "width_mm": 450, "depth_mm": 450 },
                "price": { "amount": 640_000, "currency": "RUB" }, "available": 12, "image": null
            } }] })),
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
    let answer = edge
        .recommendations
        .get(&product, || recommended(&edge, &product))
        .await?;
    Ok(answer.respond(&conditions))
}

async fn recommended(edge: &Edge, product: &ProductRef) -> Result<Recommendations, Problem> {
    let found = catalog_store::recommendations(&edge.pg, product)
        .await
        .map_err(problems::database)?;
    found.ok_or_else(|| product_missing(product))
}
