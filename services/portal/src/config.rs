use chassis::{HttpConfig, TlsConfig};
use confique::Config as Settings;
use kernel::Personal;
use telemetry::TelemetryConfig;
use toggles::{CohortConfig, TogglesConfig};
use url::Url;
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

    /// Toggles of the portal itself. They come from backoffice (`services.backoffice`).
    #[config(nested)]
    pub toggles: TogglesConfig,

    /// Other services' internal faces.
    #[config(nested)]
    pub services: ServicesConfig,

    /// Which employee belongs to which cohort. It is dealt here for all of server 3: the header `x-garnitur-cohort` of each
    /// request to it, and the cookie `garnitur-cohort` of browsers.
    #[config(nested)]
    pub cohorts: CohortConfig,

    /// Addresses of the catalog's staff face, one for each replica.
    #[config(default = ["http://127.0.0.1:8111"])]
    pub catalog_urls: Vec<String>,

    /// Addresses of the orders' staff face, one for each replica.
    #[config(default = ["http://127.0.0.1:8112"])]
    pub orders_urls: Vec<String>,

    /// Addresses of the backoffice's staff face, one for each replica.
    #[config(default = ["http://127.0.0.1:8113"])]
    pub backoffice_urls: Vec<String>,

    /// Addresses of versions on trial, which the cohort `pilot` meets and nobody else does.
    #[config(nested)]
    pub canaries: CanariesConfig,
}

/// Other services' internal faces and how they know us.
#[derive(Debug, Clone, Settings)]
pub struct ServicesConfig {
    /// Internal addresses of the backoffice's replicas, as in `["http://backoffice:8123"]`; toggles come from there. Without
    /// them they come from `toggles.file`, or every toggle is what the code says.
    #[config(default = [])]
    pub backoffice: Vec<Url>,

    /// This service's own token, at least 32 characters. Not needed where it has a certificate.
    pub token: Option<Personal<String>>,
}

/// Addresses of versions on trial (DEP-2). Where nothing answers at them, or none are given, the cohort `pilot` is served
/// like everybody else.
#[derive(Debug, Clone, Settings)]
pub struct CanariesConfig {
    /// Of the catalog's staff face, as in `["https://catalog-canary:8080"]`.
    #[config(default = [])]
    pub catalog_urls: Vec<String>,

    /// Of the orders' staff face.
    #[config(default = [])]
    pub orders_urls: Vec<String>,

    /// Of the backoffice's staff face.
    #[config(default = [])]
    pub backoffice_urls: Vec<String>,
}
