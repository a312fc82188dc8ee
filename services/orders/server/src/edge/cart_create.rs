use axum::extract::State;
use axum::http::StatusCode;
use contracts::orders::CartCreated;
use kernel::CartId;
use problem::{Json, Problem};

use super::Edge;
use crate::problems;

/// Makes an empty cart. No login is needed (CRT-2).
#[utoipa::path(
    post, path = "/api/orders/v1/carts", operation_id = "cart_create", tag = "carts",
    responses((status = 201, description = "The cart", body = CartCreated))
)]
pub async fn handler(State(edge): State<Edge>) -> Result<(StatusCode, Json<CartCreated>), Problem> {
    let id = CartId::from(kernel::random::uuid());
    edge.store
        .create_cart(id, edge.clock.now())
        .await
        .map_err(problems::database)?;
    Ok((StatusCode::CREATED, Json(CartCreated { id })))
}
