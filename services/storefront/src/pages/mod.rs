//! The customers' pages. One page a file.

mod cart;
mod catalogue;
mod chips;
mod delivery;
mod draft;
mod failure;
mod filters;
mod home;
mod icons;
mod order;
mod placed;
mod product;
mod robots;
mod set;
mod sets;
mod slot;
mod standing;
mod status;
mod track;
mod tree;

use axum::Router;
use axum::routing::get;

use crate::shop::Shop;

pub use failure::render as render_failure;
pub use status::reason_key;

/// Every path that takes a POST also answers a GET: reloading, switching the language and going back always work.
pub fn router() -> Router<Shop> {
    Router::new()
        .route("/", get(home::show))
        .route("/catalogue", get(catalogue::show))
        .route("/products/{slug}", get(product::show).post(product::put_in_cart))
        .route("/sets", get(sets::show))
        .route("/sets/{set}", get(set::show).post(set::put_in_cart))
        .route("/cart", get(cart::show).post(cart::change))
        .route("/delivery", get(delivery::show).post(delivery::submit))
        .route("/delivery/slot", get(slot::show).post(slot::place))
        .route("/orders/{number}", get(order::show).post(order::pay))
        .route("/track", get(track::show))
        .route("/robots.txt", get(robots::show))
}
