//! Sets as employees shape them (CAT-8).

mod change;
mod create;
mod delete;
mod get;
mod list;
mod restore;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::Staff;

/// Where sets are.
const SETS: &str = "/api/staff/v1/catalog/sets";

/// The operations on sets.
pub(super) fn operations() -> OpenApiRouter<Staff> {
    OpenApiRouter::new()
        .routes(routes!(list::handler, create::handler))
        .routes(routes!(get::handler, change::handler, delete::handler))
        .routes(routes!(restore::handler))
}
