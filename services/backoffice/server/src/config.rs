use anyhow::Context as _;
use auth::Callers;
use backoffice_domain::{BadTerms, SessionTerms};
use chassis::{Face, HttpConfig, TlsConfig};
use confique::Config as Confique;
use directory::DirectoryConfig;
use events::EventsConfig;
use kernel::Personal;
use pg::{DatabaseUrl, PgConfig};
use telemetry::TelemetryConfig;
use time::Duration;
use toggles::TogglesConfig;
use url::Url;

/// Configuration of the backoffice service.
#[derive(Debug, Clone, Confique)]
pub struct Config {
    /// Where it listens and what it takes from a caller.
    #[config(nested)]
    pub http: HttpConfig,

    /// Its certificate, for TLS on its listeners and in its calls.
    #[config(nested)]
    pub tls: TlsConfig,

    /// Logs and traces.
    #[config(nested)]
    pub telemetry: TelemetryConfig,

    /// The internal-services database.
    #[config(nested)]
    pub database: DatabaseConfig,

    /// Other services.
    #[config(nested)]
    pub services: ServicesConfig,

    /// How events travel.
    #[config(nested)]
    pub events: EventsConfig,

    /// Active Directory, where employees are; needed by the face `staff`.
    #[config(nested)]
    pub directory: DirectoryConfig,

    /// How employees are recognised; needed by the face `staff`.
    #[config(nested)]
    pub staff: StaffConfig,

    /// How long employees stay signed in.
    #[config(nested)]
    pub sessions: SessionsConfig,

    /// Toggles of backoffice itself. They come from its own database.
    #[config(nested)]
    pub toggles: TogglesConfig,
}

/// The internal-services database: one role a face.
#[derive(Debug, Clone, Confique)]
pub struct DatabaseConfig {
    /// Address with the role of the employees' face.
    pub staff: Option<DatabaseUrl>,

    /// Address with the role of the internal face and the jobs.
    pub internal: Option<DatabaseUrl>,

    /// Address with the owner's role; only for `migrate`.
    pub owner: Option<DatabaseUrl>,

    /// The most connections each face opens.
    #[config(default = 16)]
    pub max_connections: u32,
}

impl DatabaseConfig {
    /// How a face reaches the database; an error names the missing key.
    pub fn of(&self, face: Face) -> anyhow::Result<PgConfig> {
        let url = match face {
            Face::Edge => &None,
            Face::Staff => &self.staff,
            Face::Internal => &self.internal,
        };
        let url = url
            .clone()
            .with_context(|| format!("database.{face} is not set, and --face {face} needs it"))?;
        let mut config = PgConfig::new(url);
        config.max_connections = self.max_connections;
        config.application_name = format!("backoffice-{face}");
        Ok(config)
    }
}

/// Other services and how they know us.
#[derive(Debug, Clone, Confique)]
pub struct ServicesConfig {
    /// Internal addresses of the catalog's replicas, as in `["http://catalog:8121"]`; events that are pushed go there.
    #[config(default = [])]
    pub catalog: Vec<Url>,

    /// Internal addresses of the orders' replicas; events that are pushed go there.
    #[config(default = [])]
    pub orders: Vec<Url>,

    /// This service's own token, at least 32 characters. Not needed where it has a certificate or pushes nothing.
    pub token: Option<Personal<String>>,

    /// Services that may call the internal face: their names, as in `["orders"]`, where `tls.internal` is `mutual`;
    /// else their names and tokens, as in `{ orders = "…" }`.
    #[config(default = [])]
    pub callers: Callers,
}

/// How employees are recognised.
#[derive(Debug, Clone, Confique)]
pub struct StaffConfig {
    /// Private key that signs access tokens: Ed25519, PKCS#8 PEM. No other service has it.
    pub private_key: Option<Personal<String>>,
}

/// How long employees stay signed in.
#[derive(Debug, Clone, Confique)]
pub struct SessionsConfig {
    /// How many hours a session lasts at most: one shift.
    #[config(default = 12)]
    pub lifetime_h: u32,

    /// After how many minutes without use a session is over.
    #[config(default = 60)]
    pub idle_min: u32,

    /// How many seconds an access token lives, and so how long an employee who was shut out can go on.
    #[config(default = 300)]
    pub access_s: u32,
}

impl SessionsConfig {
    /// The terms; an error where they do not fit each other.
    pub fn terms(&self) -> Result<SessionTerms, BadTerms> {
        SessionTerms::new(
            Duration::hours(self.lifetime_h.into()),
            Duration::minutes(self.idle_min.into()),
            Duration::seconds(self.access_s.into()),
        )
    }
}
