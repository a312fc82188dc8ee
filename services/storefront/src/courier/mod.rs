//! The couriers' app: made for a phone held in one hand.

mod orders;
mod session;
mod sign_in;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use crate::shop::Shop;

pub fn router() -> Router<Shop> {
    Router::new()
        .route("/courier", get(async || Redirect::permanent("/courier/")))
        .route("/courier/", get(orders::mine).post(orders::act))
        .route("/courier/free", get(orders::free).post(orders::act))
        .route("/courier/sign-in", get(sign_in::show).post(sign_in::submit))
}
