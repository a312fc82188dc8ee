//! The face of other services: reservations, events, what operators ask. One operation a file.

mod invariants;
mod products;
mod reservation_confirm;
mod reservation_get;
mod reservation_list;
mod reservation_release;
mod reservation_replace;
mod reserve;
mod stock_rebuild;
mod wish_delete;
mod wish_put;

use std::future::ready;

use auth::{ServiceCallers, require_service};
use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use events::{Receiver, Wake, dead_letter_routes, dead_letters_openapi};
use kernel::SharedClock;
use pg::Pg;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::jobs::Signals;
use crate::openapi::require_bearer;

/// What the face's operations need.
#[derive(Clone)]
pub struct Internal {
    /// The catalog database with the face's role.
    pub pg: Pg,
    /// Wakes the jobs.
    pub signals: Signals,
    /// Wakes the dispatcher.
    pub wake: Wake,
    /// Where time comes from.
    pub clock: SharedClock,
}

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Garnitur catalog for services",
    description = "Products, reservations, wishes, events, invariants."
))]
struct Description;

fn operations() -> OpenApiRouter<Internal> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(products::handler))
        .routes(routes!(reserve::handler, reservation_get::handler))
        .routes(routes!(reservation_confirm::handler))
        .routes(routes!(reservation_release::handler))
        .routes(routes!(reservation_replace::handler))
        .routes(routes!(reservation_list::handler))
        .routes(routes!(wish_put::handler, wish_delete::handler))
        .routes(routes!(stock_rebuild::handler))
        .routes(routes!(invariants::handler))
}

/// The face's router: nothing in it answers to services that are not listed.
pub fn router(internal: Internal, receiver: &Receiver, callers: ServiceCallers) -> Router {
    let Internal {
        pg,
        clock,
        wake,
        signals,
    } = internal.clone();
    // Events change stock inside the receiver's transaction, which is over when it answers.
    let events = receiver.routes().layer(map_response(move |response: Response| {
        signals.stock_changed();
        ready(response)
    }));
    let router: OpenApiRouter = operations()
        .with_state(internal)
        .merge(events)
        .merge(dead_letter_routes(pg, clock, wake));
    Router::from(router).route_layer(require_service(callers))
}

/// The face's description.
pub fn openapi() -> OpenApi {
    let mut openapi = operations()
        .into_openapi()
        .merge_from(Receiver::openapi())
        .merge_from(dead_letters_openapi());
    require_bearer(&mut openapi, "service", "Token of a service.");
    openapi
}
