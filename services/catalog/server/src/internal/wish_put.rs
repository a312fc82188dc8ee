use axum::extract::State;
use catalog_store::WishError;
use contracts::catalog::{Wish, WishRequest};
use kernel::Text;
use kernel::uuid::Uuid;
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Internal;
use crate::problems;

/// Keeps a wish: when there is enough of the product, the event
/// `ru.garnitur.catalog.product.back-in-stock.v1` names it, once (STK-6). The same id again renews it, with what is
/// said now. Where there is enough already, the answer says so and no event follows.
#[utoipa::path(
    put, path = "/internal/v1/wishes/{wish_id}", tag = "wishes",
    operation_id = "internal_wish_put",
    params(("wish_id" = Uuid, Path, description = "Id of the wish, chosen by the caller")),
    request_body = WishRequest,
    responses(
        (status = 200, description = "The wish as it is kept", body = Wish,
            example = json!({ "id": "01890a5d-ac96-774b-bcce-b302099a8058",
                "product_id": "01890a5d-ac96-774b-bcce-b302099a8057",
                "quantity": 2, "available": 1, "satisfied": false })),
        (status = 422, description = "A field is wrong, or there is no such product", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(wish): Path<Uuid>,
    Json(request): Json<WishRequest>,
) -> Result<Json<Wish>, Problem> {
    let kept = catalog_store::put_wish(&internal.pg, internal.clock.now(), wish, &request).await;
    kept.map(Json).map_err(|error| match error {
        WishError::UnknownProduct => {
            tracing::warn!(product = %request.product_id, "look-up failed: no such product");
            Problem::new(&kinds::VALIDATION).field(
                "product_id",
                "unknown",
                Text::new("такого товара нет", "there is no such product"),
            )
        }
        WishError::Database(error) => problems::database(error),
    })
}
