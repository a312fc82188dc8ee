use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::{HeaderValue, Method, header};
use kernel::Text;
use problem::{Kind, Problem, kinds};
use telemetry::Metrics;
use tower::{Layer, Service};

use crate::HttpConfig;
use crate::job::panic_text;

/// A request took longer than the service allows itself. What it did may have happened or not.
pub const TIMED_OUT: Kind = Kind {
    slug: "timed-out",
    status: 503,
    title: ("Сервис не успел ответить", "The service did not answer in time"),
};

/// The one HTTP stack. From the outside in:
///
/// 1. telemetry: request id, span, trace, histogram – it sees the status of everything below;
/// 2. problems in the caller's language – outside of all that refuses;
/// 3. read-only mode – before anything is read or done;
/// 4. time limit, up to the answer's head, so that streams may last;
/// 5. panic guard – next to the handlers, so that their panics are answers to all of the above; with the headers
///    that every answer carries;
/// 6. body limit, for the extractors; a route may set its own with `DefaultBodyLimit`.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    metrics: Metrics,
    body_limit: usize,
    guard: GuardLayer,
}

impl Stack {
    pub(crate) fn new(metrics: Metrics, config: &HttpConfig) -> Self {
        Self {
            metrics,
            body_limit: config.body_limit_bytes,
            guard: GuardLayer {
                timeout: Duration::from_millis(config.request_timeout_ms),
                slow: &[],
                read_only: config.read_only,
            },
        }
    }

    /// Gives paths that begin so a time limit of their own.
    pub(crate) const fn slow(&mut self, slow: &'static [(&'static str, Duration)]) {
        self.guard.slow = slow;
    }

    pub(crate) const fn read_only(&self) -> bool {
        self.guard.read_only
    }

    pub(crate) fn wrap(&self, router: Router) -> Router {
        // axum puts the last layer outermost.
        router
            .layer(DefaultBodyLimit::max(self.body_limit))
            .layer(self.guard)
            .layer(problem::localize_layer().trace_id_from(telemetry::trace_id))
            .layer(telemetry::http_layer(&self.metrics))
    }
}

/// Read-only mode, time limit and panic guard in one layer: each would cost a boxed future of its own.
#[derive(Debug, Clone, Copy)]
struct GuardLayer {
    timeout: Duration,
    slow: &'static [(&'static str, Duration)],
    read_only: bool,
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guard<S>;

    fn layer(&self, inner: S) -> Guard<S> {
        Guard {
            inner,
            settings: *self,
        }
    }
}

#[derive(Debug, Clone)]
struct Guard<S> {
    inner: S,
    settings: GuardLayer,
}

impl<S> Service<Request> for Guard<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if self.settings.read_only && is_write(request.method()) {
            return Box::pin(async { Ok(guarded(read_only().into_response())) });
        }
        let path = request.uri().path();
        let slow = self.settings.slow.iter().find(|(head, _)| path.starts_with(head));
        let timeout = slow.map_or(self.settings.timeout, |(_, limit)| *limit);
        // A panic in building the future (before its first poll) counts as the handler's, too. Whatever the
        // handler broke on the way is its request's own: shared state is in the database.
        let answer = std::panic::catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let answer = match answer {
                Ok(answer) => AssertUnwindSafe(answer).catch_unwind(),
                Err(panic) => return Ok(guarded(panicked(&*panic).into_response())),
            };
            Ok(guarded(match tokio::time::timeout(timeout, answer).await {
                Ok(Ok(Ok(response))) => response,
                Ok(Err(panic)) => panicked(&*panic).into_response(),
                Err(_) => timed_out(timeout).into_response(),
            }))
        })
    }
}

/// No answer is taken for another type than it says, and none is kept unless its handler allows that.
fn guarded(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// Whether a method may change something (RFC 9110, 9.2.1: all but the safe ones).
fn is_write(method: &Method) -> bool {
    !matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

fn read_only() -> Problem {
    Problem::new(&kinds::READ_ONLY).header(header::RETRY_AFTER, HeaderValue::from_static("60"))
}

fn timed_out(after: Duration) -> Problem {
    tracing::warn!(?after, "request timed out");
    Problem::new(&TIMED_OUT)
        .detail(Text::new(
            "Повторите запрос; если он менял данные — с тем же Idempotency-Key.",
            "Repeat the request; if it changes data, with the same Idempotency-Key.",
        ))
        .header(header::RETRY_AFTER, HeaderValue::from_static("2"))
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Problem {
    Problem::internal(format!("handler panicked: {}", panic_text(panic)))
}
