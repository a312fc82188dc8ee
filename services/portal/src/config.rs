use chassis::{HttpConfig, TlsConfig};
use confique::Config as Settings;
use telemetry::TelemetryConfig;
use web::WebConfig;

/// The portal's configuration.
#[derive(Debug, Clone, Settings)]
pub struct Config {
    /// Where it listens.
    #[config(nested)]
    pub http: HttpConfig,

    /// Its certificate, for TLS on its listeners and in its calls.
    #[config(nested)]
    pub tls: TlsConfig,

    /// Logs and traces.
    #[config(nested)]
    pub telemetry: TelemetryConfig,

    /// Cookies and local time.
    #[config(nested)]
    pub web: WebConfig,

    /// Addresses of the catalog's staff face, one for each replica.
    #[config(default = ["http://127.0.0.1:8111"])]
    pub catalog_urls: Vec<String>,

    /// Addresses of the orders' staff face, one for each replica.
    #[config(default = ["http://127.0.0.1:8112"])]
    pub orders_urls: Vec<String>,

    /// Addresses of the backoffice's staff face, one for each replica.
    #[config(default = ["http://127.0.0.1:8113"])]
    pub backoffice_urls: Vec<String>,
}
