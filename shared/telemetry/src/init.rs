use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::otlp::Providers;
use crate::{LogFormat, TelemetryConfig};

/// Why telemetry cannot start. Each names the configuration key at fault.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The log filter is not understood.
    #[error("telemetry.log_filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The OTLP exporters cannot be built.
    #[error("telemetry.otlp_endpoint: {0}")]
    Otlp(String),
    /// Exports were asked for outside a tokio runtime.
    #[error("telemetry.otlp_endpoint: exports need a tokio runtime to run in")]
    NoRuntime,
    /// Another subscriber is already in place.
    #[error("telemetry is set up once a process: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Holds the exports open. Call [`Guard::shutdown`] last, so that the last spans and log lines are sent.
#[must_use = "dropping it at once loses what was not sent yet"]
pub struct Guard {
    providers: Option<Providers>,
}

impl Guard {
    /// Sends what is waiting and stops the exports. Takes at most as long as the exports' time limits.
    pub async fn shutdown(self) {
        if let Some(providers) = self.providers {
            // The exporters block while the runtime does their requests: not on one of its own threads.
            let _ = tokio::task::spawn_blocking(move || providers.shutdown()).await;
        }
    }
}

/// Sets up logging and, where `otlp_endpoint` is set, the export of traces and logs. Once a process.
pub fn init(config: &TelemetryConfig, service: &str) -> Result<Guard, InitError> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let Some(endpoint) = &config.otlp_endpoint else {
        // One global filter: what nobody reads costs one check.
        registry()
            .with(EnvFilter::try_new(&config.log_filter)?)
            .with(filter_fn(tells_no_secret))
            .with(console(config.log_format))
            .try_init()?;
        return Ok(Guard { providers: None });
    };
    let providers = Providers::new(endpoint, service, config.trace_sample_ratio)?;
    let spans = tracing_opentelemetry::layer()
        .with_tracer(providers.traces.tracer("garnitur"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(LevelFilter::INFO.and(filter_fn(of_the_shop)));
    let logs = OpenTelemetryTracingBridge::new(&providers.logs)
        .with_filter(EnvFilter::try_new(&config.log_filter)?.and(filter_fn(of_the_shop)));
    registry()
        .with(filter_fn(tells_no_secret))
        .with(spans)
        .with(logs)
        .with(console(config.log_format).with_filter(EnvFilter::try_new(&config.log_filter)?))
        .try_init()?;
    Ok(Guard {
        providers: Some(providers),
    })
}

fn console<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    match format {
        LogFormat::Pretty => fmt::layer().with_writer(std::io::stderr).boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_writer(std::io::stderr)
            .boxed(),
    }
}

/// What the exporters themselves do is not exported: it would never end.
fn of_the_shop(metadata: &Metadata<'_>) -> bool {
    const OWN: [&str; 6] = ["opentelemetry", "hyper", "reqwest", "h2", "tower", "rustls"];
    !OWN.iter().any(|prefix| metadata.target().starts_with(prefix))
}

/// Whatever the configured filter asks for: below INFO the LDAP libraries write out what they send and receive:
/// names and phones, and bytes that may be a password.
fn tells_no_secret(metadata: &Metadata<'_>) -> bool {
    const TALKATIVE: [&str; 3] = ["ldap3", "ldap3_proto", "lber"];
    let library = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || !TALKATIVE.contains(&library)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_filter_makes_the_ldap_libraries_tell_what_they_carry() {
        let all = registry()
            .with(EnvFilter::new("trace,ldap3_proto=trace"))
            .with(filter_fn(tells_no_secret));
        tracing::subscriber::with_default(all, || {
            assert!(!tracing::enabled!(target: "ldap3_proto::proto", Level::TRACE));
            assert!(!tracing::enabled!(target: "ldap3::conn", Level::DEBUG));
            assert!(tracing::enabled!(target: "ldap3_proto", Level::WARN));
            assert!(tracing::enabled!(target: "directory", Level::TRACE));
        });
    }
}
