//! The service's configuration.

use anyhow::Context as _;
use auth::Callers;
use chassis::{Face, HttpConfig, TlsConfig};
use confique::Config as Confique;
use directory::DirectoryConfig;
use events::EventsConfig;
use orders_domain::PaymentTerms;
use pg::{DatabaseUrl, PgConfig};
use telemetry::TelemetryConfig;
use time::{Duration, UtcOffset};
use toggles::TogglesConfig;
use url::Url;

use crate::payments::YooKassaConfig;
use crate::reconcile::Patience;

/// Configuration of the orders service.
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

    /// The orders database.
    #[config(nested)]
    pub database: DatabaseConfig,

    /// Other services.
    #[config(nested)]
    pub services: ServicesConfig,

    /// How events travel.
    #[config(nested)]
    pub events: EventsConfig,

    /// Rules of ordering.
    #[config(nested)]
    pub ordering: OrderingConfig,

    /// The payment provider; needed by the faces `edge` and `internal`.
    #[config(nested)]
    pub payment: YooKassaConfig,

    /// Active Directory, where couriers are; needed by the face `edge`.
    #[config(nested)]
    pub directory: DirectoryConfig,

    /// Employees' access tokens; needed by the face `staff`.
    #[config(nested)]
    pub staff: StaffConfig,

    /// Toggles of orders. They come from its own database, where events of backoffice keep them.
    #[config(nested)]
    pub toggles: TogglesConfig,
}

/// The orders database: one role a face.
#[derive(Debug, Clone, Confique)]
pub struct DatabaseConfig {
    /// Address with the role of the customers' and couriers' face.
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
        config.max_connections = self.max_connections;
        config.application_name = format!("orders-{face}");
        // Employees' lists read much or little by their filters; the other faces ask the same few things.
        config.plan_once = face != Face::Staff;
        Ok(config)
    }
}

/// Other services and how they know us.
#[derive(Debug, Clone, Confique)]
pub struct ServicesConfig {
    /// Internal addresses of the catalog's replicas, as in `["http://catalog:8121"]`.
    pub catalog: Vec<Url>,

    /// Internal addresses of the backoffice's replicas; events go there. Needed by the face `internal`.
    #[config(default = [])]
    pub backoffice: Vec<Url>,

    /// This service's own token, at least 32 characters. Not needed where it has a certificate.
    pub token: Option<kernel::Personal<String>>,

    /// Services that may call the internal face: their names, as in `["catalog"]`, where `tls.internal` is `mutual`;
    /// else their names and tokens, as in `{ catalog = "…" }`.
    #[config(default = [])]
    pub callers: Callers,
}

/// Rules of ordering.
#[derive(Debug, Clone, Confique)]
pub struct OrderingConfig {
    /// How many seconds an order waits for its payment (STK-3): 20 minutes.
    #[config(default = 1200, validate(*pay_within_s > 0, "must be more than 0"))]
    pub pay_within_s: u32,

    /// How many seconds longer its stock is held.
    #[config(default = 60, validate(*grace_s > 0, "must be more than 0"))]
    pub grace_s: u32,

    /// How many seconds a request that places an order holds its idempotency key; a repeated one after a crash
    /// takes over then. Longer than `http.request_timeout_ms`, so that no request outlives its hold.
    #[config(default = 15)]
    pub attempt_lease_s: u32,

    /// Address of the site as customers see it; they come back there from the payment page.
    #[config(default = "http://localhost:8080/")]
    pub site_url: Url,

    /// The operator's phone, shown for orders that were not delivered (ORD-1).
    #[config(default = "+7 800 000-00-00")]
    pub operator_phone: String,

    /// Orders that one delivery window of a zone takes.
    #[config(default = 12, validate(*slot_capacity >= 0, "must not be negative"))]
    pub slot_capacity: i32,

    /// For how many days ahead windows are open.
    #[config(default = 14, validate((1..=366).contains(slot_days), "must be 1 to 366"))]
    pub slot_days: i64,

    /// How many minutes east of UTC the shop's clock is; windows are in local time. 180 is Moscow.
    #[config(default = 180, validate((-720..=840).contains(utc_offset_min), "must be -720 to 840"))]
    pub utc_offset_min: i32,

    /// How many hours a courier stays signed in.
    #[config(default = 12)]
    pub courier_session_h: u32,

    /// After how many seconds without news the provider is asked about a payment: a customer sees the order paid
    /// within 10 s also when the message is lost (PAY-1).
    #[config(default = 5, validate(*payment_sweep_s > 0, "must be more than 0"))]
    pub payment_sweep_s: u32,

    /// How many seconds news between services may take before the reconciler calls it a difference.
    #[config(default = 30)]
    pub reconcile_lag_s: u32,
}

impl OrderingConfig {
    /// The shop's local time.
    pub fn utc_offset(&self) -> UtcOffset {
        UtcOffset::from_whole_seconds(self.utc_offset_min.saturating_mul(60)).unwrap_or(UtcOffset::UTC)
    }

    /// How patient the reconciler is. A request that places an order may be repeated with its key for the grace and
    /// then for one lease; only after that its reservation has no owner any more.
    pub fn patience(&self) -> Patience {
        let request = self
            .grace_s
            .saturating_add(self.attempt_lease_s.saturating_mul(2));
        Patience {
            news: Duration::seconds(self.reconcile_lag_s.into()),
            placing: Duration::seconds(request.into()),
        }
    }

    /// How long an order waits for its payment and its stock for it.
    pub const fn terms(&self) -> PaymentTerms {
        PaymentTerms {
            pay_within: Duration::seconds(self.pay_within_s as i64),
            grace: Duration::seconds(self.grace_s as i64),
        }
    }
}

/// Employees' access tokens.
#[derive(Debug, Clone, Confique)]
pub struct StaffConfig {
    /// Public key that verifies them, PEM. Needed by the face `staff`.
    pub public_key: Option<String>,
}
