use axum::extract::State;
use contracts::orders::{Cart, CartLine};
use kernel::{CartId, Currency, Money};
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::problems;

/// A cart with present names, prices and quantities (CRT-2, STK-3).
#[utoipa::path(
    get, path = "/api/orders/v1/carts/{id}", operation_id = "cart_get", tag = "carts",
    params(("id" = CartId, Path, description = "Id of the cart")),
    responses(
        (status = 200, description = "The cart", body = Cart),
        (status = 404, description = "No such cart", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(State(edge): State<Edge>, Path(id): Path<CartId>) -> Result<Json<Cart>, Problem> {
    view(&edge, id).await.map(Json)
}

/// The cart as the customer sees it: two statements at most here, one call to catalog at most.
pub(super) async fn view(edge: &Edge, id: CartId) -> Result<Cart, Problem> {
    let stored = edge.store.cart(id).await.map_err(problems::database)?;
    let stored = stored.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    let products = edge
        .catalog
        .products(stored.iter().map(|line| line.product_id))
        .await?;

    let mut lines = Vec::with_capacity(stored.len());
    let mut can_order = !stored.is_empty();
    let mut gone = Vec::new();
    for line in stored {
        let Some(product) = products.get(&line.product_id) else {
            // It left the assortment; nothing is known of it that could be shown.
            gone.push(line.product_id);
            can_order = false;
            continue;
        };
        let total = product.price.map(|price| price.times(line.quantity)).transpose();
        can_order &= product.price.is_some() && product.available >= line.quantity;
        lines.push(CartLine {
            product_id: line.product_id,
            slug: product.slug.clone(),
            name: product.name.clone(),
            image: product.image.clone(),
            quantity: line.quantity,
            available: product.available,
            unit_price: product.price,
            total: total.map_err(Problem::internal)?,
        });
    }
    for product in gone {
        // Else it could never be ordered. The next look mends a failure, and a database that takes only reads.
        if let Err(error) = edge.store.remove_line(id, product).await {
            tracing::debug!(%error, "a product that left the assortment stays in a cart");
        }
    }
    let total = Money::sum(Currency::default(), lines.iter().filter_map(|line| line.total));
    Ok(Cart {
        id,
        lines,
        total: total.map_err(Problem::internal)?,
        can_order,
    })
}
