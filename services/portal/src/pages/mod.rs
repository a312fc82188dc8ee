//! The employees' pages. One page a file.

mod audit;
mod failure;
mod order;
mod orders;
mod picks;
mod sign_in;
mod sign_out;
mod status;
mod stock;
mod toggles;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::get;

use crate::desk::Desk;

pub use failure::render as render_failure;

/// Every path that takes a POST also answers a GET: reloading, switching the language and going back always work.
pub fn router() -> Router<Desk> {
    Router::new()
        .route("/", get(orders::show))
        .route("/orders", get(async || Redirect::permanent("/")))
        .route("/orders/{number}", get(order::show).post(order::pack))
        .route("/stock", get(stock::show).post(stock::correct))
        .route("/audit", get(audit::show))
        .route(
            "/settings/toggles",
            // All definitions are half a megabyte at most, and a form's encoding makes that up to three times as much.
            get(toggles::show)
                .post(toggles::change)
                .layer(DefaultBodyLimit::max(1_600 * 1_024)),
        )
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route(
            "/sign-out",
            get(async || Redirect::to("/")).post(sign_out::submit),
        )
}
