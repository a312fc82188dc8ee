use axum::extract::State;
use axum::http::StatusCode;
use contracts::catalog::Shortage;
use contracts::orders::SetLine;
use kernel::{CartId, ProductId};
use orders_store::{CartLine, PutLineError};
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::problems;

/// Sets how many of a product are in a cart. Repeating it changes nothing.
///
/// What is not in stock cannot go into a cart (CRT-1); when there is less than asked for, the answer says how
/// much there is (STK-2). Stock is not held yet.
#[utoipa::path(
    put, path = "/api/orders/v1/carts/{id}/lines/{product}", operation_id = "cart_line_put", tag = "carts",
    params(
        ("id" = CartId, Path, description = "Id of the cart"),
        ("product" = ProductId, Path, description = "Id of the product"),
    ),
    request_body = SetLine,
    responses(
        (status = 204, description = "Done"),
        (status = 404, description = "No such cart or product", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "insufficient-stock, not-for-sale or cart-full", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "The quantity is not 1 to 1000", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    Path((cart, product_id)): Path<(CartId, ProductId)>,
    Json(line): Json<SetLine>,
) -> Result<StatusCode, Problem> {
    let products = edge.catalog.products([product_id]).await?;
    let product = products
        .get(&product_id)
        .ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    if product.price.is_none() {
        return Err(Problem::new(&problems::NOT_FOR_SALE));
    }
    if product.available < line.quantity {
        let shortage = Shortage {
            product_id,
            requested: line.quantity,
            available: product.available,
        };
        return Err(problems::insufficient_stock(&[shortage]));
    }
    let line = CartLine {
        product_id,
        quantity: line.quantity,
    };
    edge.store
        .put_line(cart, line, edge.clock.now())
        .await
        .map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: PutLineError) -> Problem {
    match error {
        PutLineError::NoCart => Problem::new(&kinds::NOT_FOUND),
        PutLineError::Full => Problem::new(&problems::CART_FULL),
        PutLineError::Database(error) => problems::database(error),
    }
}
