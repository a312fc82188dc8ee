use axum::extract::State;
use contracts::catalog::{Rebuild, RebuiltBalance};
use problem::{Json, Problem};

use super::Internal;
use crate::problems;

/// Computes all balances anew from the journal and answers those that differ. With `repair` they are set to what the
/// journal says, unless that is less than is held for orders. For operators; stock stands still meanwhile.
#[utoipa::path(
    post, path = "/internal/v1/stock/rebuild", tag = "operation",
    operation_id = "internal_stock_rebuild",
    request_body = Rebuild,
    responses((status = 200, description = "Balances that differ from the journal", body = [RebuiltBalance]))
)]
pub async fn handler(
    State(internal): State<Internal>,
    Json(Rebuild { repair }): Json<Rebuild>,
) -> Result<Json<Vec<RebuiltBalance>>, Problem> {
    let found = catalog_store::rebuild_balances(&internal.pg, repair)
        .await
        .map_err(problems::database)?;
    if !found.is_empty() {
        tracing::error!(shelves = found.len(), repair, "balances differ from the journal");
        internal.signals.stock_changed();
    }
    Ok(Json(found))
}
