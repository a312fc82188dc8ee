use std::collections::HashMap;
use std::future::Future;

use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::context::FutureExt as _;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags, TraceState};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";

/// The id of the present trace, 32 hexadecimal digits; `None` outside a request or event.
pub fn trace_id() -> Option<String> {
    with_current(|span| span.trace_id().to_string())
}

/// The present trace as a W3C `traceparent` (Trace Context, 3.2), to be stored with an event.
pub fn traceparent() -> Option<String> {
    with_current(|span| {
        format!(
            "00-{}-{}-{:02x}",
            span.trace_id(),
            span.span_id(),
            span.trace_flags().to_u8()
        )
    })
}

/// The same as [`traceparent`], under the name by which the outbox knows it.
pub fn inject_map() -> Option<String> {
    traceparent()
}

/// Writes the present trace into the headers of a request to another service (W3C Trace Context).
pub fn inject(headers: &mut HeaderMap) {
    Context::map_current(|context| {
        TraceContextPropagator::new().inject_context(context, &mut HeaderInjector(headers));
    });
}

/// A span named `name` that continues the trace of `traceparent`, or begins one where it is absent or
/// malformed. Where traces are not exported a span alone cannot carry a trace id: use [`continued`] around
/// work that asks for [`trace_id`].
pub fn span_from(name: &str, traceparent: Option<&str>) -> Span {
    open(name, "consumer", &parent_of(traceparent)).0
}

/// Runs `work` in a span named `name` that continues the trace of `traceparent`: the handling of an event.
pub fn continued<F: Future>(
    name: &str,
    traceparent: Option<&str>,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    let (span, context) = open(name, "consumer", &parent_of(traceparent));
    work.with_context(context).instrument(span)
}

/// Runs `work` in a span named `name` with a trace of its own: a run of a job.
pub fn begun<F: Future>(name: &str, work: F) -> impl Future<Output = F::Output> + use<F> {
    let (span, context) = open(name, "internal", &Context::new());
    work.with_context(context).instrument(span)
}

fn open(name: &str, kind: &str, parent: &Context) -> (Span, Context) {
    let span = tracing::info_span!(
        parent: None,
        "work",
        otel.name = name,
        otel.kind = kind,
        trace_id = tracing::field::Empty
    );
    let context = adopt(&span, parent);
    (span, context)
}

/// The trace that request headers carry; an empty context where they carry none.
pub(crate) fn extract(headers: &HeaderMap) -> Context {
    if headers.contains_key(TRACEPARENT) {
        TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers))
    } else {
        Context::new()
    }
}

/// Gives `span` its place in the trace of `parent` and returns the context to work in.
pub(crate) fn adopt(span: &Span, parent: &Context) -> Context {
    if parent.span().span_context().is_valid() {
        // Fails only where the span is not exported: nothing to place then.
        let _ = span.set_parent(parent.clone());
    }
    let context = span.context();
    let context = if context.span().span_context().is_valid() {
        context
    } else {
        ensure_trace(parent)
    };
    if span.has_field("trace_id") {
        span.record(
            "trace_id",
            tracing::field::display(context.span().span_context().trace_id()),
        );
    }
    context
}

/// Where nothing is exported: the caller's trace, or a new one that says it is not sampled.
pub(crate) fn ensure_trace(parent: &Context) -> Context {
    if parent.span().span_context().is_valid() {
        return parent.clone();
    }
    let ids = RandomIdGenerator::default();
    parent.with_remote_span_context(SpanContext::new(
        ids.new_trace_id(),
        ids.new_span_id(),
        TraceFlags::default(),
        false,
        TraceState::default(),
    ))
}

fn parent_of(traceparent: Option<&str>) -> Context {
    traceparent.map_or_else(Context::new, |value| {
        let carrier = HashMap::from([(TRACEPARENT.to_owned(), value.to_owned())]);
        TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
    })
}

fn with_current<T>(f: impl FnOnce(&SpanContext) -> T) -> Option<T> {
    Context::map_current(|context| {
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| f(span))
    })
}
