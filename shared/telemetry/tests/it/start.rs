use telemetry::{InitError, LogFormat, TelemetryConfig};

fn config(log_filter: &str, otlp_endpoint: Option<&str>) -> TelemetryConfig {
    TelemetryConfig {
        log_format: LogFormat::Json,
        log_filter: log_filter.to_owned(),
        otlp_endpoint: otlp_endpoint.map(|address| address.parse().expect("a URL")),
        trace_sample_ratio: 1.0,
    }
}

#[test]
fn what_keeps_telemetry_from_starting_names_its_key() {
    let filter = telemetry::init(&config("info,sqlx=loudly", None), "orders")
        .err()
        .expect("no such level");
    assert!(
        filter.to_string().starts_with("telemetry.log_filter: "),
        "{filter}"
    );
    let outside = telemetry::init(&config("info", Some("http://127.0.0.1:4318")), "orders").err();
    assert!(matches!(outside, Some(InitError::NoRuntime)), "{outside:?}");
}
