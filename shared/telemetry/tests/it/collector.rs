//! An OTLP collector (HTTP, protobuf) that keeps what it gets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

#[derive(Debug, Clone, Default)]
pub struct Collector(Arc<Mutex<Received>>);

/// Everything received so far.
#[derive(Debug, Clone, Default)]
pub struct Received {
    pub spans: Vec<Span>,
    pub logs: Vec<LogRecord>,
    pub resources: Vec<Resource>,
    /// Each body as it came.
    pub bodies: Vec<Bytes>,
}

impl Collector {
    /// Starts a collector and answers where it listens.
    pub async fn start() -> (Self, SocketAddr) {
        let collector = Self::default();
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/logs", post(logs))
            .with_state(collector.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, address)
    }

    pub fn received(&self) -> Received {
        self.0.lock().unwrap().clone()
    }
}

impl Received {
    /// The one span of this name in this trace.
    pub fn span(&self, trace: &str, name: &str) -> &Span {
        let found: Vec<&Span> = self
            .spans
            .iter()
            .filter(|span| span.name == name && hex(&span.trace_id) == trace)
            .collect();
        assert_eq!(found.len(), 1, "{name} in {trace}: {:#?}", self.spans);
        found[0]
    }

    /// The one log record with this text in this trace.
    pub fn log(&self, trace: &str, text: &str) -> &LogRecord {
        let found: Vec<&LogRecord> = self
            .logs
            .iter()
            .filter(|log| string(log.body.as_ref()) == Some(text) && hex(&log.trace_id) == trace)
            .collect();
        assert_eq!(found.len(), 1, "{text} in {trace}: {:#?}", self.logs);
        found[0]
    }
}

pub fn hex(id: &[u8]) -> String {
    use std::fmt::Write as _;
    id.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The value of a text or number attribute, as text.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes
        .iter()
        .find(|attribute| attribute.key == key)?
        .value
        .as_ref()?;
    match value.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{key} is {other:?}"),
    }
}

fn string(value: Option<&AnyValue>) -> Option<&str> {
    match value?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

fn protobuf(headers: &HeaderMap) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
}

async fn traces(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) {
    protobuf(&headers);
    let request = ExportTraceServiceRequest::decode(body.clone()).expect("traces");
    let mut received = collector.0.lock().unwrap();
    received.bodies.push(body);
    for resource in request.resource_spans {
        received.resources.extend(resource.resource);
        received
            .spans
            .extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
    }
}

async fn logs(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) {
    protobuf(&headers);
    let request = ExportLogsServiceRequest::decode(body.clone()).expect("logs");
    let mut received = collector.0.lock().unwrap();
    received.bodies.push(body);
    for resource in request.resource_logs {
        received.resources.extend(resource.resource);
        received.logs.extend(
            resource
                .scope_logs
                .into_iter()
                .flat_map(|scope| scope.log_records),
        );
    }
}
