use chassis::{HttpConfig, TlsConfig};
use confique::Config as Settings;
use telemetry::TelemetryConfig;
use web::WebConfig;

/// The storefront's configuration.
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

    /// Addresses of the catalog's edge face, one for each replica.
    #[config(default = ["http://127.0.0.1:8080"])]
    pub catalog_urls: Vec<String>,

    /// Addresses of the orders' edge face, one for each replica.
    #[config(default = ["http://127.0.0.1:8080"])]
    pub orders_urls: Vec<String>,

    /// Origins of the payment provider's pages. Customers are sent nowhere else to pay.
    #[config(default = ["http://127.0.0.1:8090"])]
    pub payment_origins: Vec<String>,
}
