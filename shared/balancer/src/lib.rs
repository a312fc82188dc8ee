//! Client-side load balancing for calls between services (FLR-1, INF-5): no balancer stands in between.
//!
//! ```no_run
//! # async fn call() -> Result<(), balancer::Error> {
//! use balancer::{Client, Policy, Request};
//!
//! let catalog = Client::fixed("catalog", ["http://127.0.0.1:8121", "http://127.0.0.1:8131"], Policy::default())?;
//! let answer = catalog
//!     .send(Request::post("/internal/v1/reservations").json(&serde_json::json!({"lines": []})).repeatable())
//!     .await?;
//! assert!(answer.status.is_success());
//! # Ok(())
//! # }
//! ```
//!
//! Four concerns are kept apart, each in a module of its own:
//!
//! * **discovery** – which replicas there are: [`Discover`] gives a watch of [`Endpoint`]s, from a list ([`Fixed`]) or by
//!   all addresses of names ([`Dns`]);
//! * **health** – which of them may be used: repeated failures eject a replica for a time that doubles with each
//!   failed probe; one success brings it back;
//! * **selection** – which of the usable ones is asked: the cheaper of two chosen at random, the cost being the
//!   peak-sensitive moving average of its latency times the requests it is busy with;
//! * **retries** – at most three, on another replica if there is one, only when the request is repeatable or was
//!   certainly not sent, within the deadline and within a budget that stops retry storms.
//!
//! Some calls, by their headers, can be sent to the replicas of a version on trial ([`Builder::canary`]), a cohort's in an
//! A/B test; they come back to the others when those cannot answer.
//!
//! When no replica can be used, calls fail at once with [`Error::NoEndpoint`] instead of queueing.
//! The crate depends on no other crate of the shop: metrics come in through [`Observe`], headers such as
//! `traceparent` through [`Builder::headers`], other transports through [`Dial`].

mod body;
mod budget;
mod client;
mod discovery;
mod dns;
mod error;
mod forward;
mod health;
mod load;
mod member;
mod observe;
mod policy;
mod replicas;
mod request;
mod response;
mod retry;
mod selection;
mod transport;

pub use body::Streaming;
pub use client::{Builder, Client, EndpointState};
pub use discovery::{BadEndpoint, Discover, Endpoint, Fixed};
pub use dns::{Dns, Resolve, System};
pub use error::{Error, Unavailable};
pub use observe::{Observe, Outcome};
pub use policy::Policy;
pub use request::Request;
pub use response::Response;
pub use transport::{Dial, Io, Tcp};

/// The error a body may end with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
