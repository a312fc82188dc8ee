use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use crate::http::Endpoints;
use crate::process::ProcessMetrics;

/// The histogram that rollout analysis reads: labels `method`, `route`, `status`, in seconds.
pub const HTTP_HISTOGRAM: &str = "http_request_duration_seconds";

/// Upper bounds in seconds; 0.05 and 0.1 are the shop's own promises (NFR-1, NFR-2).
pub const HTTP_BUCKETS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// A service's metrics: one Prometheus registry, cheap to clone.
///
/// Asking twice for the same name gives the same metric, so that two pools of one service may both count
/// under it; asking for it with another type is a bug and panics.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    http: HistogramVec,
    endpoints: Endpoints,
    known: Mutex<HashMap<String, Box<dyn Any + Send + Sync>>>,
}

impl Metrics {
    /// The metrics of the service `service`, with the HTTP histogram, process metrics and
    /// `build_info{service, version}` in place.
    pub fn new(service: &str) -> Self {
        let registry = Registry::new();
        let http = HistogramVec::new(
            HistogramOpts::new(HTTP_HISTOGRAM, "Time from a request's head to its answer's head.")
                .buckets(HTTP_BUCKETS.to_vec()),
            &["method", "route", "status"],
        )
        .expect("the histogram's name and labels are valid");
        let metrics = Self {
            inner: Arc::new(Inner {
                registry,
                endpoints: Endpoints::new(http.clone()),
                http: http.clone(),
                known: Mutex::default(),
            }),
        };
        metrics.register(http);
        metrics.register(ProcessMetrics::new());
        metrics
            .gauge_vec(
                "build_info",
                "Which build runs; always 1.",
                &["service", "version"],
            )
            .with_label_values(&[service, env!("CARGO_PKG_VERSION")])
            .set(1);
        metrics
    }

    /// The histogram `http_request_duration_seconds{method,route,status}`.
    pub fn http(&self) -> &HistogramVec {
        &self.inner.http
    }

    /// A counter.
    pub fn counter(&self, name: &str, help: &str) -> IntCounter {
        self.known(name, || IntCounter::new(name, help))
    }

    /// Counters with labels. Label values must come from a small, fixed set.
    pub fn counter_vec(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        self.known(name, || IntCounterVec::new(Opts::new(name, help), labels))
    }

    /// A gauge.
    pub fn gauge(&self, name: &str, help: &str) -> IntGauge {
        self.known(name, || IntGauge::new(name, help))
    }

    /// Gauges with labels. Label values must come from a small, fixed set.
    pub fn gauge_vec(&self, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
        self.known(name, || IntGaugeVec::new(Opts::new(name, help), labels))
    }

    /// A histogram with upper bounds `buckets`; [`HTTP_BUCKETS`] suits most times in seconds.
    pub fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Histogram {
        self.known(name, || {
            Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))
        })
    }

    /// Histograms with labels. Label values must come from a small, fixed set.
    pub fn histogram_vec(&self, name: &str, help: &str, labels: &[&str], buckets: &[f64]) -> HistogramVec {
        self.known(name, || {
            HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets.to_vec()), labels)
        })
    }

    /// Adds a collector that is asked at each scrape.
    pub fn register(&self, collector: impl Collector + 'static) {
        self.inner
            .registry
            .register(Box::new(collector))
            .expect("each collector is registered once");
    }

    /// Everything measured, in Prometheus' text format 0.0.4.
    pub fn render(&self) -> String {
        TextEncoder::new()
            .encode_to_string(&self.inner.registry.gather())
            .unwrap_or_else(|error| {
                tracing::error!(%error, "metrics cannot be rendered");
                String::new()
            })
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.inner.endpoints
    }

    fn known<C>(&self, name: &str, make: impl FnOnce() -> prometheus::Result<C>) -> C
    where
        C: Collector + Clone + 'static,
    {
        let mut known = self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(metric) = known.get(name) {
            return metric
                .downcast_ref::<C>()
                .unwrap_or_else(|| panic!("the metric {name} exists with another type"))
                .clone();
        }
        let metric = make().unwrap_or_else(|error| panic!("the metric {name} is not valid: {error}"));
        self.register(metric.clone());
        known.insert(name.to_owned(), Box::new(metric.clone()));
        metric
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}
