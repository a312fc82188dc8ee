//! The employees' face: orders for those who pack them. One operation a file.

mod order_get;
mod order_list;
mod order_ready;

use auth::StaffVerifier;
use axum::Router;
use axum::extract::FromRef;
use orders_store::Store;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::catalog::Catalog;
use crate::openapi::StaffScheme;

/// What the face's operations need.
#[derive(Clone)]
pub struct Desk {
    /// The orders database with the face's role.
    pub store: Store,
    /// The catalog service.
    pub catalog: Catalog,
    /// Checks employees' tokens.
    pub verifier: StaffVerifier,
}

impl FromRef<Desk> for StaffVerifier {
    fn from_ref(desk: &Desk) -> Self {
        desk.verifier.clone()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Garnitur orders, staff", description = "Orders for warehouse employees."),
    modifiers(&StaffScheme)
)]
struct Description;

/// The face's router and description.
pub fn router() -> OpenApiRouter<Desk> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(order_list::handler))
        .routes(routes!(order_get::handler))
        .routes(routes!(order_ready::handler))
}

/// The face's router over `desk` and its description.
pub fn build(desk: Desk) -> (Router, utoipa::openapi::OpenApi) {
    let (router, openapi) = router().split_for_parts();
    (router.with_state(desk), openapi)
}
