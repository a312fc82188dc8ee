//! The edge faces of catalog and orders as the storefront sees them: real contracts, real problems, data in memory.

mod assortment;
mod catalog;
mod couriers;
mod facets;
pub mod orders;
mod pictures;
pub mod sets;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use contracts::catalog::ProductDetail;
use contracts::orders::{CourierOrder, OrderPlaced, Tracking};
use kernel::{CartId, ProductId, SharedClock};
use problem::{Kind, Problem};

/// Both services.
#[derive(Clone)]
pub struct Fake {
    pub clock: SharedClock,
    /// Origin of the payment provider's page.
    pub payment_origin: Arc<str>,
    state: Arc<Mutex<Data>>,
}

/// What they know.
#[derive(Default)]
pub struct Data {
    pub products: Vec<ProductDetail>,
    pub carts: HashMap<CartId, Vec<(ProductId, i64)>>,
    pub placed: Vec<(String, OrderPlaced)>,
    pub orders: HashMap<String, Tracking>,
    pub jobs: Vec<Job>,
    /// Calls with an idempotency key: path and key.
    pub keys: Vec<(String, String)>,
    /// `X-Forwarded-For` of each courier's attempt to sign in.
    pub ways: Vec<Option<String>>,
    /// Whether counts of lists are upper bounds.
    pub only_bounds: bool,
    /// At most this many sets on a page.
    pub most_sets: Option<usize>,
    /// Paths that begin like this are refused or fail.
    pub refusals: Vec<(String, &'static Kind)>,
}

/// An order in the couriers' lists.
pub struct Job {
    pub order: CourierOrder,
    pub claimed: bool,
}

impl Fake {
    pub fn new(clock: SharedClock, payment_origin: &str) -> Self {
        let data = Data {
            products: assortment::products(),
            ..Data::default()
        };
        let fake = Self {
            clock,
            payment_origin: payment_origin.into(),
            state: Arc::new(Mutex::new(data)),
        };
        fake.data().jobs = couriers::jobs(&*fake.clock);
        fake
    }

    pub fn data(&self) -> MutexGuard<'_, Data> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn router(&self) -> Router {
        Router::new()
            .merge(catalog::router())
            .merge(couriers::router())
            .merge(orders::router())
            .merge(sets::router())
            .with_state(self.clone())
            .layer(middleware::from_fn_with_state(self.clone(), refuse))
            .layer(problem::localize_layer())
    }
}

async fn refuse(State(fake): State<Fake>, request: Request, next: Next) -> Response {
    let path = request.uri().to_string();
    let refused = fake
        .data()
        .refusals
        .iter()
        .find(|(prefix, _)| path.starts_with(prefix.as_str()))
        .map(|(_, kind)| *kind);
    if let Some(kind) = refused {
        return Problem::new(kind).into_response();
    }
    next.run(request).await
}
