//! The services' face: events from catalog, undelivered events, reconciliation.

mod events;
mod reconciliation;

use ::events::{Receiver, Wake};
use auth::{ServiceCallers, allow_services, require_service};
use axum::Router;
use kernel::SharedClock;
use orders_store::Store;
use telemetry::Metrics;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::ServiceScheme;
use crate::reconcile::Reconciler;
pub use events::CatalogEvents;

/// What the face needs.
pub struct Internal {
    /// The orders database with the face's role.
    pub store: Store,
    /// Finds what does not fit together.
    pub reconciler: Reconciler,
    /// Who may call.
    pub callers: ServiceCallers,
    /// Tells the dispatcher that undelivered events are to be tried again.
    pub wake: Wake,
    /// Where time comes from.
    pub clock: SharedClock,
    /// The service's metrics.
    pub metrics: Metrics,
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Garnitur orders, internal", description = "Events and operation of orders."),
    modifiers(&ServiceScheme)
)]
struct Description;

fn reconciliation() -> OpenApiRouter<Reconciler> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(reconciliation::look, reconciliation::repair))
}

/// The face's description, without building it.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let parts = [Receiver::openapi(), ::events::dead_letters_openapi()];
    let mut openapi = parts.into_iter().fold(
        reconciliation().into_openapi(),
        utoipa::openapi::OpenApi::merge_from,
    );
    crate::openapi::require(&mut openapi, "service");
    openapi
}

/// The face's router and description, and the receiver, whose job keeps the inbox small.
pub fn build(internal: Internal) -> (Router, utoipa::openapi::OpenApi, Receiver) {
    let Internal {
        store,
        reconciler,
        callers,
        wake,
        clock,
        metrics,
    } = internal;
    let pg = store.pg().clone();
    let receiver = Receiver::new(pg.clone(), CatalogEvents::new(store), clock.clone(), &metrics);
    let routes = reconciliation()
        .with_state(reconciler)
        .merge(
            receiver
                .routes()
                .route_layer(allow_services(&["catalog", "backoffice"])),
        )
        .merge(::events::dead_letter_routes(pg, clock, wake))
        .route_layer(require_service(callers));
    (routes.into(), openapi(), receiver)
}
