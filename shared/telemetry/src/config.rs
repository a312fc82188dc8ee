use confique::Config;
use serde::Deserialize;
use url::Url;

/// Where logs, traces and metrics go.
#[derive(Debug, Clone, Config)]
pub struct TelemetryConfig {
    /// How log lines look: `json` for collectors, `pretty` for people.
    #[config(default = "json")]
    pub log_format: LogFormat,

    /// Which log lines are written, as in `info,sqlx=warn` (syntax of tracing's `EnvFilter`). The client of NATS would
    /// tell of every try to connect; `events` tells of outages once.
    #[config(default = "info,async_nats=off")]
    pub log_filter: String,

    /// Base address of an OTLP collector (HTTP, protobuf), as in `http://collector:4318`.
    /// Traces and logs go there; unset, nothing leaves the process.
    pub otlp_endpoint: Option<Url>,

    /// The share of traces begun here that is exported, from 0 to 1. A caller's decision is kept.
    #[config(
        default = 1.0,
        validate((0.0..=1.0).contains(trace_sample_ratio), "must be between 0 and 1")
    )]
    pub trace_sample_ratio: f64,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line a record, for people.
    Pretty,
    /// One JSON object a record, for collectors.
    Json,
}
