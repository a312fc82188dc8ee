//! Traces, metrics and logs of every process; personal data kept out (OBS-2, OBS-3, SEC-1).
//!
//! * [`init`] sets up logging and, where `otlp_endpoint` is set, sends traces and logs there.
//! * [`Metrics`] is a service's own Prometheus registry with the HTTP histogram of the rollout analysis.
//! * [`http_layer`] gives every request an id, a span, a trace and a measurement.
//! * [`trace_id`], [`inject`], [`traceparent`] and [`continued`] carry a trace on: over HTTP, in events.
//!
//! A request has a trace id whether traces are exported or not, so that a log line, a problem answer and
//! the event it caused can always be put together.

mod config;
mod context;
mod http;
mod init;
mod metrics;
mod otlp;
mod process;

pub use config::{LogFormat, TelemetryConfig};
pub use context::{begun, continued, inject, inject_map, span_from, trace_id, traceparent};
pub use http::{HttpLayer, HttpService, REQUEST_ID, RequestId, http_layer};
pub use init::{Guard, InitError, init};
pub use metrics::{HTTP_BUCKETS, HTTP_HISTOGRAM, Metrics};
