use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::runtime::Handle;
use url::Url;

use crate::init::InitError;

/// How long one export may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The two exports that one `otlp_endpoint` switches on.
#[derive(Clone)]
pub(crate) struct Providers {
    pub(crate) traces: SdkTracerProvider,
    pub(crate) logs: SdkLoggerProvider,
}

impl Providers {
    pub(crate) fn new(endpoint: &Url, service: &str, sample_ratio: f64) -> Result<Self, InitError> {
        let client: Arc<dyn HttpClient> = Arc::new(Client::new(endpoint)?);
        let resource = Resource::builder()
            .with_service_name(service.to_owned())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let spans = SpanExporter::builder()
            .with_http()
            .with_endpoint(signal(endpoint, "v1/traces"))
            .with_timeout(TIMEOUT)
            .with_shared_http_client(Arc::clone(&client))
            .build()
            .map_err(exporter)?;
        let logs = LogExporter::builder()
            .with_http()
            .with_endpoint(signal(endpoint, "v1/logs"))
            .with_timeout(TIMEOUT)
            .with_shared_http_client(client)
            .build()
            .map_err(exporter)?;
        Ok(Self {
            traces: SdkTracerProvider::builder()
                .with_resource(resource.clone())
                .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                    sample_ratio,
                ))))
                .with_batch_exporter(spans)
                .build(),
            logs: SdkLoggerProvider::builder()
                .with_resource(resource)
                .with_batch_exporter(logs)
                .build(),
        })
    }

    /// Sends what is waiting and stops; blocks for as long as the exports take.
    pub(crate) fn shutdown(&self) {
        for result in [self.traces.shutdown(), self.logs.shutdown()] {
            if let Err(error) = result {
                // The log is what just stopped working: standard error is the one place left.
                eprintln!("telemetry: the last traces and logs were not sent: {error}");
            }
        }
    }
}

fn signal(endpoint: &Url, path: &str) -> String {
    format!("{}/{path}", endpoint.as_str().trim_end_matches('/'))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err asks for"
)]
fn exporter(error: ExporterBuildError) -> InitError {
    InitError::Otlp(error.to_string())
}

/// The exporters' HTTP client. They run on threads of their own and block there, so requests are made on
/// the runtime that [`init`](crate::init) was called in.
struct Client {
    http: reqwest::Client,
    runtime: Handle,
}

impl Client {
    fn new(endpoint: &Url) -> Result<Self, InitError> {
        // reqwest is built without a provider of its own; whoever is first installs the one we use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder().timeout(TIMEOUT);
        if endpoint.scheme() == "http" {
            // A machine without root certificates can still talk to a collector beside it.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            http: builder
                .build()
                .map_err(|error| InitError::Otlp(error.to_string()))?,
            runtime: Handle::try_current().map_err(|_| InitError::NoRuntime)?,
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl HttpClient for Client {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let response = http.execute(request.try_into()?).await?;
            let mut answer = Response::builder().status(response.status());
            if let Some(headers) = answer.headers_mut() {
                headers.clone_from(response.headers());
            }
            Ok::<_, HttpError>(answer.body(response.bytes().await?)?)
        });
        Box::pin(async move { sent.await? })
    }
}
