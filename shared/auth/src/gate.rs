use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use futures_util::future::Either;
use problem::Problem;
use tower::{Layer, Service};

/// What a request must pass before the handler sees it.
pub trait Gate: Clone {
    /// Lets the request in, possibly with an extension more, or says why not.
    fn admit(&self, request: &mut Request) -> Result<(), Problem>;
}

/// A layer that answers for the service when its gate refuses.
#[derive(Debug, Clone)]
pub struct GateLayer<G>(pub(crate) G);

impl<S, G: Clone> Layer<S> for GateLayer<G> {
    type Service = Gated<S, G>;

    fn layer(&self, inner: S) -> Gated<S, G> {
        Gated {
            inner,
            gate: self.0.clone(),
        }
    }
}

/// A service behind a gate.
#[derive(Debug, Clone)]
pub struct Gated<S, G> {
    inner: S,
    gate: G,
}

/// The answer of a gated service: the refusal at once, or that of the service itself.
pub type GateFuture<F, E> = Either<Ready<Result<Response, E>>, F>;

impl<S, G> Service<Request> for Gated<S, G>
where
    S: Service<Request, Response = Response>,
    G: Gate,
{
    type Response = Response;
    type Error = S::Error;
    type Future = GateFuture<S::Future, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match self.gate.admit(&mut request) {
            Ok(()) => Either::Right(self.inner.call(request)),
            Err(problem) => Either::Left(ready(Ok(problem.into_response()))),
        }
    }
}
