//! The customers' face: they read. One operation a file.

mod document_get;
mod graphql;
mod media_get;
mod product_availability;
mod product_components;
mod product_get;
mod product_list;
mod product_price;
mod product_recommendations;
mod properties;
mod set_check;
mod set_get;
mod set_list;
mod suggestion_list;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use catalog_store::{ProductRef, SetRef};
use kernel::SharedClock;
use pg::Pg;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::Answers;
use crate::images::Images;
use crate::words::Words;
pub use graphql::{Graph, sdl};
use product_list::Listing;
use set_list::SetListing;

/// What the face's operations need.
pub struct Edge {
    /// The catalog database with the face's role.
    pg: Pg,
    /// Pages of products, ready to be sent.
    lists: Answers<Listing>,
    /// Products, ready to be sent.
    products: Answers<ProductRef>,
    /// What goes with products, ready to be sent.
    recommendations: Answers<ProductRef>,
    /// Pages of sets, ready to be sent.
    set_lists: Answers<SetListing>,
    /// Sets, ready to be sent.
    sets: Answers<SetRef>,
    /// What may be meant, ready to be sent.
    suggestions: Answers<String>,
    /// The words of the assortment.
    words: Words,
    /// Images.
    images: Images,
    /// The same by GraphQL.
    graph: Graph,
}

impl Edge {
    /// The face over a database, with at most `answers_bytes` of answers kept in memory.
    pub fn new(
        pg: Pg,
        words: Words,
        images: Images,
        graph: Graph,
        answers_bytes: u64,
        clock: &SharedClock,
    ) -> Self {
        // Of every twenty bytes, seven are for lists and eight for products.
        let part = answers_bytes / 20;
        Self {
            pg,
            lists: Answers::new(7 * part, Arc::clone(clock)),
            products: Answers::new(8 * part, Arc::clone(clock)),
            recommendations: Answers::new(2 * part, Arc::clone(clock)),
            set_lists: Answers::new(part, Arc::clone(clock)),
            sets: Answers::new(part, Arc::clone(clock)),
            suggestions: Answers::new(part, Arc::clone(clock)),
            words,
            images,
            graph,
        }
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Garnitur catalog",
        description = "Products with prices and stock, their components, sets, images, documents. Open to everybody."
    ),
    components(schemas(product_list::SortBy))
)]
struct Description;

fn operations() -> OpenApiRouter<Arc<Edge>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(product_list::handler))
        .routes(routes!(suggestion_list::handler))
        .routes(routes!(product_get::handler))
        .routes(routes!(product_components::handler))
        .routes(routes!(product_price::handler))
        .routes(routes!(product_availability::handler))
        .routes(routes!(product_recommendations::handler))
        .routes(routes!(set_list::handler))
        .routes(routes!(set_get::handler))
        .routes(routes!(set_check::handler))
        .routes(routes!(media_get::handler))
        .routes(routes!(graphql::post::handler))
        .routes(routes!(document_get::handler))
}

/// The face's router, which also answers its own description.
pub fn router(edge: Edge) -> Router {
    let (router, openapi) = operations().split_for_parts();
    let own = chassis::openapi_route("/api/catalog/v1/openapi.json", &openapi);
    // Not an operation that OpenAPI can describe.
    let socket = Router::new().route("/api/catalog/graphql/ws", get(graphql::socket::handler));
    router.merge(socket).with_state(Arc::new(edge)).merge(own)
}

/// The face's description.
pub fn openapi() -> OpenApi {
    operations().into_openapi()
}
