use anyhow::Context as _;
use auth::Callers;
use chassis::{Face, HttpConfig, TlsConfig};
use confique::Config as Confique;
use events::EventsConfig;
use files::FilesConfig;
use kernel::Personal;
use pg::{DatabaseUrl, PgConfig};
use telemetry::TelemetryConfig;
use toggles::TogglesConfig;
use url::Url;

/// Configuration of the catalog service.
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

    /// The catalog database.
    #[config(nested)]
    pub database: DatabaseConfig,

    /// Other services.
    #[config(nested)]
    pub services: ServicesConfig,

    /// How events travel.
    #[config(nested)]
    pub events: EventsConfig,

    /// Employees' access tokens; needed by the face `staff`.
    #[config(nested)]
    pub staff: StaffConfig,

    /// The NFS server with the images and documents.
    #[config(nested)]
    pub files: FilesConfig,

    /// Smaller forms of images.
    #[config(nested)]
    pub media: MediaConfig,

    /// How much is kept in memory.
    #[config(nested)]
    pub cache: CacheConfig,

    /// Toggles of the catalog. They come from its own database, where events of backoffice keep them.
    #[config(nested)]
    pub toggles: TogglesConfig,
}

/// The catalog database: one role a face.
#[derive(Debug, Clone, Confique)]
pub struct DatabaseConfig {
    /// Address with the role of the customers' face.
    pub edge: Option<DatabaseUrl>,

    /// Address with the role of the employees' face.
    pub staff: Option<DatabaseUrl>,

    /// Address with the role of the internal face and the jobs.
    pub internal: Option<DatabaseUrl>,

    /// Address with the owner's role; only for `migrate`.
    pub owner: Option<DatabaseUrl>,

    /// The most connections each face opens.
    #[config(default = 16)]
    pub max_connections: u32,

    /// The most that the customers' face opens, where that is to be another number. About twice the processors of the
    /// database keep answers even when many ask at once: who comes first is served first, instead of all a little.
    pub edge_connections: Option<u32>,
}

impl DatabaseConfig {
    /// How a face reaches the database; an error names the missing key.
    pub fn of(&self, face: Face) -> anyhow::Result<PgConfig> {
        let url = match face {
            Face::Edge => &self.edge,
            Face::Staff => &self.staff,
            Face::Internal => &self.internal,
        };
        let url = url
            .clone()
            .with_context(|| format!("database.{face} is not set, and --face {face} needs it"))?;
        let mut config = PgConfig::new(url);
        config.max_connections = match face {
            Face::Edge => self.edge_connections.unwrap_or(self.max_connections),
            Face::Staff | Face::Internal => self.max_connections,
        };
        config.application_name = format!("catalog-{face}");
        // Employees' lists and reports read much or little by their filters; the other faces ask the same few things.
        config.plan_once = face != Face::Staff;
        Ok(config)
    }
}

/// Other services and how they know us. Needed by the face `internal`.
#[derive(Debug, Clone, Confique)]
pub struct ServicesConfig {
    /// Internal addresses of the orders' replicas, as in `["http://orders:8122"]`; events that are pushed go there.
    #[config(default = [])]
    pub orders: Vec<Url>,

    /// Internal addresses of the backoffice's replicas; events that are pushed go there.
    #[config(default = [])]
    pub backoffice: Vec<Url>,

    /// This service's own token, at least 32 characters. Not needed where it has a certificate.
    pub token: Option<Personal<String>>,

    /// Services that may call the internal face: their names, as in `["orders"]`, where `tls.internal` is `mutual`;
    /// else their names and tokens, as in `{ orders = "…" }`.
    #[config(default = [])]
    pub callers: Callers,
}

/// Employees' access tokens.
#[derive(Debug, Clone, Confique)]
pub struct StaffConfig {
    /// Public key that verifies them, PEM.
    pub public_key: Option<String>,
}

/// Smaller forms of images, made by the face `internal`.
#[derive(Debug, Clone, Confique)]
pub struct MediaConfig {
    /// How long to rest, in milliseconds, after those of one image were made. One image takes seconds of one processor.
    #[config(default = 1000, validate(*pause_ms > 0, "must be more than 0"))]
    pub pause_ms: u64,
}

/// How much is kept in memory.
#[derive(Debug, Clone, Confique)]
pub struct CacheConfig {
    /// The most bytes of lists and products that are ready to be sent; each is at most a second old.
    #[config(default = 33_554_432)]
    pub answers_bytes: u64,

    /// The most bytes of images.
    #[config(default = 67_108_864)]
    pub images_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_customers_face_may_have_another_number_of_connections() {
        let url = || Some(DatabaseUrl::from("postgres://catalog@localhost/catalog"));
        let mut database = DatabaseConfig {
            edge: url(),
            staff: url(),
            internal: url(),
            owner: None,
            max_connections: 16,
            edge_connections: None,
        };
        let of =
            |database: &DatabaseConfig, face| database.of(face).expect("it has an address").max_connections;
        assert_eq!(of(&database, Face::Edge), 16);
        database.edge_connections = Some(4);
        assert_eq!(of(&database, Face::Edge), 4);
        assert_eq!(of(&database, Face::Internal), 16);
        assert_eq!(of(&database, Face::Staff), 16);
    }
}
