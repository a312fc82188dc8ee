//! Passes the provider's messages on. Provider and service must know each other's address before they start; the relay
//! is there before both.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;

/// Where messages go, once that is known.
#[derive(Clone, Default)]
pub struct Relay(Arc<OnceLock<String>>);

impl Relay {
    pub async fn start() -> (Self, SocketAddr) {
        let relay = Self::default();
        let router = Router::new().route("/", post(pass_on)).with_state(relay.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (relay, address)
    }

    pub fn to(&self, url: String) {
        self.0.set(url).expect("the service starts once");
    }
}

/// Answers as the service does; a message nobody took is sent again by the provider.
async fn pass_on(State(relay): State<Relay>, message: String) -> StatusCode {
    let Some(url) = relay.0.get() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .body(message);
    request
        .send()
        .await
        .map_or(StatusCode::BAD_GATEWAY, |answer| answer.status())
}
