use axum::extract::State;
use axum::http::StatusCode;
use kernel::{CartId, ProductId};
use problem::{Path, Problem};

use super::Edge;
use crate::problems;

/// Takes a product out of a cart. It need not be in it.
#[utoipa::path(
    delete, path = "/api/orders/v1/carts/{id}/lines/{product}", operation_id = "cart_line_delete", tag = "carts",
    params(
        ("id" = CartId, Path, description = "Id of the cart"),
        ("product" = ProductId, Path, description = "Id of the product"),
    ),
    responses((status = 204, description = "It is not in the cart any more"))
)]
pub async fn handler(
    State(edge): State<Edge>,
    Path((cart, product)): Path<(CartId, ProductId)>,
) -> Result<StatusCode, Problem> {
    edge.store
        .remove_line(cart, product)
        .await
        .map_err(problems::database)?;
    Ok(StatusCode::NO_CONTENT)
}
