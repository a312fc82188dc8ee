//! The customers' and couriers' face. One operation a file.

mod cart_create;
mod cart_get;
mod cart_line_delete;
mod cart_line_put;
mod courier;
mod courier_act;
mod courier_orders;
mod courier_sign_in;
mod courier_sign_out;
mod order_place;
mod payment_start;
mod payment_webhook;
mod quote;
mod track;

use std::sync::Arc;

use auth::{Forwarders, LoginThrottle};
use axum::Router;
use axum::extract::FromRef;
use directory::Directory;
use kernel::SharedClock;
use orders_store::Store;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::catalog::Catalog;
use crate::config::OrderingConfig;
use crate::openapi::CourierScheme;
use crate::payments::{PaymentGateway, Settler};
use crate::zones::Zones;

/// What the face's operations need.
#[derive(Clone)]
pub struct Edge {
    /// The orders database with the face's role.
    pub store: Store,
    /// The catalog service.
    pub catalog: Catalog,
    /// Where the shop delivers.
    pub zones: Zones,
    /// The payment provider.
    pub gateway: Arc<dyn PaymentGateway>,
    /// Settles payments.
    pub settler: Settler,
    /// Where couriers are.
    pub directory: Arc<dyn Directory>,
    /// The brake on password guessing.
    pub throttle: LoginThrottle,
    /// Those whose word on where a request comes from is taken.
    pub forwarders: Forwarders,
    /// Rules of ordering.
    pub ordering: Arc<OrderingConfig>,
    /// Where time comes from.
    pub clock: SharedClock,
}

impl FromRef<Edge> for Forwarders {
    fn from_ref(edge: &Edge) -> Self {
        edge.forwarders.clone()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Garnitur orders", description = "Carts, delivery, orders, payment, tracking, couriers."),
    modifiers(&CourierScheme)
)]
struct Description;

/// The face's router and description.
pub fn router() -> OpenApiRouter<Edge> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(cart_create::handler))
        .routes(routes!(cart_get::handler))
        .routes(routes!(cart_line_put::handler, cart_line_delete::handler))
        .routes(routes!(quote::handler))
        .routes(routes!(order_place::handler))
        .routes(routes!(track::handler))
        .routes(routes!(payment_start::handler))
        .routes(routes!(payment_webhook::handler))
        .routes(routes!(courier_sign_in::handler))
        .routes(routes!(courier_sign_out::handler))
        .routes(routes!(courier_orders::handler))
        .routes(routes!(courier_act::claim))
        .routes(routes!(courier_act::release))
        .routes(routes!(courier_act::delivered))
        .routes(routes!(courier_act::not_delivered))
}

/// The face's router over `edge` and its description.
pub fn build(edge: Edge) -> (Router, utoipa::openapi::OpenApi) {
    let (router, openapi) = router().split_for_parts();
    let own = chassis::openapi_route("/api/orders/v1/openapi.json", &openapi);
    (router.with_state(edge).merge(own), openapi)
}
