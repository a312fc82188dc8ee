use axum::extract::State;
use axum::http::StatusCode;
use kernel::uuid::Uuid;
use problem::{Path, Problem};

use super::Internal;
use crate::problems;

/// Forgets a wish (STK-6); fine when there is none. An event that names it may still be on its way.
#[utoipa::path(
    delete, path = "/internal/v1/wishes/{wish_id}", tag = "wishes",
    operation_id = "internal_wish_delete",
    params(("wish_id" = Uuid, Path, description = "Id of the wish")),
    responses((status = 204, description = "There is no such wish (any more)"))
)]
pub async fn handler(
    State(internal): State<Internal>,
    Path(wish): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    catalog_store::drop_wish(&internal.pg, wish)
        .await
        .map_err(problems::database)?;
    Ok(StatusCode::NO_CONTENT)
}
