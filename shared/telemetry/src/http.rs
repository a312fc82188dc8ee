use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context as TaskContext, Poll};
use std::time::Instant;

use axum::body::Body;
use axum::extract::MatchedPath;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use opentelemetry::Context;
use opentelemetry::context::FutureExt as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};
use prometheus::{Histogram, HistogramVec};
use tower::{Layer, Service};
use tracing::{Instrument as _, Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::Metrics;
use crate::context::{ensure_trace, extract};

/// The header that carries a request's id, in requests and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const UNMATCHED: &str = "unmatched";
const MAX_REQUEST_ID: usize = 64;

/// The id of the request at hand, a request extension: the caller's where it was sane, else made here.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Observes every request of a router.
///
/// Put it outermost with `Router::layer`, so that routes are already matched and everything inside is
/// measured. For each request it
/// * takes `x-request-id` over if it is up to 64 letters, digits, `-`, `_` or `.`, else makes one; puts it
///   into the extensions, the span and the answer;
/// * opens a span with method and route template – never the path, the query or an id – that continues the
///   caller's `traceparent`;
/// * records `http_request_duration_seconds` when the answer's head is ready. Unknown paths share the route
///   `unmatched` and unknown methods `other`, so callers cannot grow the metrics.
pub fn http_layer(metrics: &Metrics) -> HttpLayer {
    HttpLayer {
        metrics: metrics.clone(),
    }
}

/// See [`http_layer`].
#[derive(Debug, Clone)]
pub struct HttpLayer {
    metrics: Metrics,
}

impl<S> Layer<S> for HttpLayer {
    type Service = HttpService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        HttpService {
            inner,
            metrics: self.metrics.clone(),
        }
    }
}

/// See [`http_layer`].
#[derive(Debug, Clone)]
pub struct HttpService<S> {
    inner: S,
    metrics: Metrics,
}

impl<S> Service<Request<Body>> for HttpService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let started = Instant::now();
        let route = request.extensions().get::<MatchedPath>();
        let endpoint = self
            .metrics
            .endpoints()
            .get(request.method(), route.map_or(UNMATCHED, MatchedPath::as_str));
        let (request_id, header) = request_id(request.headers().get(REQUEST_ID));
        let parent = extract(request.headers());

        // An exported span gets its place in the trace at once; else the span is for the log alone and the
        // trace id is known beforehand, which spares the log formatter a second look at the span's fields.
        let span = open_span(&endpoint, &request_id);
        if parent.span().span_context().is_valid() {
            // Fails only where the span is not exported.
            let _ = span.set_parent(parent.clone());
        }
        let exported = span.context();
        let (span, context, exports) = if exported.span().span_context().is_valid() {
            (span, exported, true)
        } else {
            (span, ensure_trace(&parent), false)
        };
        span.record(
            "trace_id",
            field::display(context.span().span_context().trace_id()),
        );

        request.extensions_mut().insert(RequestId(request_id));
        let answer = self
            .inner
            .call(request)
            .with_context(context.clone())
            .instrument(span.clone());
        Box::pin(async move {
            let mut response = answer.await?;
            let status = response.status().as_u16();
            endpoint.observe(status, started.elapsed().as_secs_f64());
            finish_span(&span, &context, exports, status);
            response.headers_mut().insert(REQUEST_ID, header);
            Ok(response)
        })
    }
}

fn open_span(endpoint: &Endpoint, request_id: &str) -> Span {
    tracing::info_span!(
        "http_request",
        otel.name = &*endpoint.name,
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = endpoint.method,
        http.route = &*endpoint.route,
        http.response.status_code = field::Empty,
        request_id,
        trace_id = field::Empty,
        // Which toggles were asked for meanwhile; whoever evaluates them records it (STA-2).
        toggles = field::Empty,
    )
}

fn finish_span(span: &Span, context: &Context, exports: bool, status: u16) {
    if exports {
        span.record("http.response.status_code", status);
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
    }
    if status < 500 && !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    span.in_scope(|| {
        // Exported log lines take their trace from the context, those of the console from the span.
        let _trace = context.clone().attach();
        if status >= 500 {
            tracing::warn!(status, "answered with a server error");
        } else {
            tracing::debug!(status, "answered");
        }
    });
}

/// The caller's id if it is harmless in a log and a header, else one of our own.
fn request_id(given: Option<&HeaderValue>) -> (Arc<str>, HeaderValue) {
    if let Some(header) = given
        && let Ok(id) = header.to_str()
        && (1..=MAX_REQUEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    {
        return (id.into(), header.clone());
    }
    let id = RandomIdGenerator::default().new_trace_id().to_string();
    let header = HeaderValue::from_str(&id).expect("hexadecimal digits are a valid header value");
    (id.into(), header)
}

/// The known methods; any other is counted as the last.
const METHODS: [&str; 8] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "other",
];

fn method_index(method: &Method) -> usize {
    METHODS
        .iter()
        .position(|known| *known == method.as_str())
        .unwrap_or(METHODS.len() - 1)
}

/// Histogram handles by method and route, resolved once: a request costs a read lock and one look-up.
pub(crate) struct Endpoints {
    histogram: HistogramVec,
    by_method: [RwLock<HashMap<Box<str>, Arc<Endpoint>>>; METHODS.len()],
}

impl Endpoints {
    pub(crate) fn new(histogram: HistogramVec) -> Self {
        Self {
            histogram,
            by_method: std::array::from_fn(|_| RwLock::default()),
        }
    }

    fn get(&self, method: &Method, route: &str) -> Arc<Endpoint> {
        let index = method_index(method);
        let routes = &self.by_method[index];
        if let Some(endpoint) = routes.read().unwrap_or_else(PoisonError::into_inner).get(route) {
            return Arc::clone(endpoint);
        }
        let mut routes = routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(route.into()).or_insert_with(|| {
            Arc::new(Endpoint {
                method: METHODS[index],
                route: route.into(),
                name: format!("{} {route}", METHODS[index]).into(),
                histogram: self.histogram.clone(),
                by_status: RwLock::default(),
            })
        }))
    }
}

struct Endpoint {
    method: &'static str,
    route: Box<str>,
    name: Box<str>,
    histogram: HistogramVec,
    by_status: RwLock<Vec<(u16, Histogram)>>,
}

impl Endpoint {
    fn observe(&self, status: u16, seconds: f64) {
        let known = self
            .by_status
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .find_map(|(of, histogram)| (*of == status).then(|| histogram.clone()));
        let histogram = known.unwrap_or_else(|| {
            let histogram =
                self.histogram
                    .with_label_values(&[self.method, &*self.route, status.to_string().as_str()]);
            let mut by_status = self.by_status.write().unwrap_or_else(PoisonError::into_inner);
            if by_status.iter().all(|(of, _)| *of != status) {
                by_status.push((status, histogram.clone()));
            }
            histogram
        });
        histogram.observe(seconds);
    }
}
