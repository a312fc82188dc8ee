//! The assortment in bulk, as files.

mod csv;
mod csv_read;
mod export;
mod format;
mod import;
mod source;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Staff;
pub use format::{Format, Subject};

/// The operations in bulk.
pub(super) fn operations() -> OpenApiRouter<Staff> {
    OpenApiRouter::new()
        .routes(routes!(export::handler))
        .routes(routes!(import::handler))
}
