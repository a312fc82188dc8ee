use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE};
use kernel::Lang;
use tower::{Layer, Service};

use crate::page::{self, MEDIA_TYPE};
use crate::{Problem, kinds};

/// The trace a request belongs to, as a request extension: an outer layer may set it. See also
/// [`LocalizeLayer::trace_id_from`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceId(pub String);

/// Where the id of the current trace comes from.
type TraceIdSource = fn() -> Option<String>;

/// The layer that writes problems in the caller's language (`Accept-Language`, else Russian), and turns bare
/// error answers of axum and tower-http (404, 405, 408, 413, 415 …) into problems. Other answers, and bodies
/// of another type than plain text, pass untouched: nothing is buffered.
///
/// It must be inside the layer that opens the request's span, and outside of everything that may refuse.
pub const fn localize_layer() -> LocalizeLayer {
    LocalizeLayer { trace_id: None }
}

/// Made by [`localize_layer`].
#[derive(Debug, Clone, Copy)]
pub struct LocalizeLayer {
    trace_id: Option<TraceIdSource>,
}

impl LocalizeLayer {
    /// Asks `source` for the current trace's id when an answer of status 5xx needs one. This crate knows no
    /// tracing system, so the caller passes `telemetry::trace_id`. Without it, [`TraceId`] is used.
    #[must_use]
    pub const fn trace_id_from(self, source: TraceIdSource) -> Self {
        Self {
            trace_id: Some(source),
        }
    }
}

impl<S> Layer<S> for LocalizeLayer {
    type Service = Localize<S>;

    fn layer(&self, inner: S) -> Localize<S> {
        Localize { inner, layer: *self }
    }
}

/// The service made by [`localize_layer`].
#[derive(Debug, Clone)]
pub struct Localize<S> {
    inner: S,
    layer: LocalizeLayer,
}

impl<S> Service<Request> for Localize<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // Cheap: the value shares the request's buffer and is read only for a problem.
        let accepted = request.headers().get(ACCEPT_LANGUAGE).cloned();
        let trace_id = request.extensions().get::<TraceId>().cloned();
        let source = self.layer.trace_id;
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            let status = response.status();
            if !status.is_client_error() && !status.is_server_error() {
                return Ok(response);
            }
            let trace_id = || source.and_then(|source| source()).or(trace_id.map(|id| id.0));
            Ok(localize(response, accepted.as_ref(), trace_id))
        })
    }
}

fn localize(
    mut response: Response,
    accepted: Option<&HeaderValue>,
    trace_id: impl FnOnce() -> Option<String>,
) -> Response {
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => match bare(&response) {
            Some(problem) => problem,
            None => return response,
        },
    };
    let lang = accepted
        .and_then(|value| value.to_str().ok())
        .map_or_else(Lang::default, Lang::from_accept_language);
    let trace_id = if response.status().is_server_error() {
        trace_id()
    } else {
        None
    };
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = page::body(&problem, lang, trace_id);
    page::label(&mut response, lang);
    response
}

/// The problem that an error answer without a body of its own stands for.
fn bare(response: &Response) -> Option<Problem> {
    let kind = page::kind_of(response.status())?;
    let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if content_type.is_some_and(|value| value == MEDIA_TYPE.as_bytes() || !value.starts_with(b"text/plain")) {
        return None;
    }
    if *kind == kinds::INTERNAL {
        tracing::error!("a handler answered 500 without saying why");
    }
    Some(Problem::new(kind))
}
