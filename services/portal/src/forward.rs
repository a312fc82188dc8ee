//! The staff interface of the services, passed through unchanged to those who hold an access token.

use auth::{Caller, FORWARDED_FOR};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use balancer::Client;
use http::header;
use problem::Problem;

const BASE: &str = "/api/staff/v1";

const OF_CATALOG: [&str; 2] = ["catalog", "stock"];
const OF_ORDERS: [&str; 1] = ["orders"];
const OF_BACKOFFICE: [&str; 7] = [
    "sessions",
    "audit",
    "employees",
    "statistics",
    "failures",
    "settings",
    "toggles",
];

/// All areas of `/api/staff/v1`, each to the service that has it.
pub fn router(catalog: Client, orders: Client, backoffice: Client) -> Router {
    areas(&OF_CATALOG, catalog)
        .merge(areas(&OF_ORDERS, orders))
        .merge(areas(&OF_BACKOFFICE, backoffice))
}

fn areas(areas: &[&str], client: Client) -> Router {
    areas
        .iter()
        .fold(Router::new(), |router, area| {
            router
                .route(&format!("{BASE}/{area}"), any(forward))
                .route(&format!("{BASE}/{area}/{{*rest}}"), any(forward))
        })
        .with_state(client)
}

async fn forward(State(client): State<Client>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    // What the browser claims about its way goes on only with the address it calls from.
    match Caller::of(&parts).0 {
        Some(way) => parts.headers.insert(FORWARDED_FOR, way),
        None => parts.headers.remove(FORWARDED_FOR),
    };
    // The portal's own cookies are no business of the services; they ask for a bearer token.
    parts.headers.remove(header::COOKIE);
    match client.forward(Request::from_parts(parts, body)).await {
        Ok(answer) => answer.map(Body::new),
        Err(error) if error.is_unavailable() => Problem::unavailable(client.name(), error).into_response(),
        Err(error) => Problem::internal(error).into_response(),
    }
}
