use std::sync::Arc;

use anyhow::Context as _;
use auth::{LoginThrottle, StaffSigner, StaffVerifier, ThrottlePolicy};
use backoffice_domain::SessionTerms;
use backoffice_store::{EventsToAudit, Store};
use chassis::{App, Context, Face, HttpConfig, Service, TlsConfig};
use directory::LdapDirectory;
use events::{Receiver, Topology};
use pg::Pg;
use telemetry::TelemetryConfig;
use utoipa::openapi::OpenApi;

use crate::staff::{self, StaffFace};
use crate::{Config, internal, jobs};

/// The service's name, also as a source in the audit.
pub(crate) const NAME: &str = "backoffice";

/// Where backoffice stands in the shop's events: it only receives.
const TOPOLOGY: Topology = Topology::new(NAME, contracts::events::ROUTES);

/// The backoffice service: employees and services each have a face.
#[derive(Debug, Clone, Copy)]
pub struct Backoffice;

impl App for Backoffice {
    const NAME: &'static str = NAME;
    const ABOUT: &'static str = "Employees' sessions and the audit.";
    type Config = Config;

    fn http(config: &Config) -> &HttpConfig {
        &config.http
    }

    fn tls(config: &Config) -> &TlsConfig {
        &config.tls
    }

    fn telemetry(config: &Config) -> &TelemetryConfig {
        &config.telemetry
    }

    async fn build(config: &Config, context: Context) -> anyhow::Result<Service> {
        let parts = Parts::new(config, context)?;
        let mut service = Service::new(NAME, parts.context.metrics.clone()).http(&config.http);
        if parts.context.faces.has(Face::Staff) {
            service = parts.staff(service)?;
        }
        if parts.context.faces.has(Face::Internal) {
            service = parts.internal(service)?;
        }
        Ok(service)
    }

    async fn migrate(config: &Config) -> anyhow::Result<()> {
        let owner = config.database.owner.as_ref();
        let owner = owner.context("database.owner is not set, and `migrate` needs it")?;
        backoffice_store::migrate(owner.expose()).await?;
        Ok(config.events.provision(TOPOLOGY).await?)
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![
            (Face::Staff, staff::openapi()),
            (Face::Internal, internal::openapi()),
        ]
    }
}

/// What the faces of one process share.
struct Parts<'a> {
    config: &'a Config,
    context: Context,
    terms: SessionTerms,
    pg_metrics: pg::Metrics,
}

impl<'a> Parts<'a> {
    fn new(config: &'a Config, context: Context) -> anyhow::Result<Self> {
        let terms = config.sessions.terms().context("sessions")?;
        let pg_metrics = pg::Metrics::unregistered();
        context.metrics.register(pg_metrics.clone());
        Ok(Self {
            config,
            context,
            terms,
            pg_metrics,
        })
    }

    fn pool(&self, face: Face) -> anyhow::Result<Pg> {
        let pg = Pg::connect(&self.config.database.of(face)?, self.pg_metrics.clone());
        pg.with_context(|| format!("database.{face}"))
    }

    /// The directory is no part of readiness: who is signed in works on without it.
    fn staff(&self, service: Service) -> anyhow::Result<Service> {
        let Context { clock, metrics, .. } = &self.context;
        let pg = self.pool(Face::Staff)?;
        let key = self.config.staff.private_key.as_ref();
        let key = key.context("staff.private_key is not set, and --face staff needs it")?;
        let signer = StaffSigner::new(key.expose(), self.terms.access().unsigned_abs())
            .context("staff.private_key")?;
        let verifier = StaffVerifier::new(signer.public_pem(), Arc::clone(clock))?;
        let face = StaffFace {
            store: Store::new(pg.clone()),
            directory: Arc::new(LdapDirectory::new(&self.config.directory)?),
            throttle: LoginThrottle::new(ThrottlePolicy::default(), Arc::clone(clock)),
            forwarders: self.config.tls.forwarders(&self.config.http),
            terms: self.terms,
            signer,
            verifier,
            metrics: metrics.clone(),
            clock: Arc::clone(clock),
        };
        Ok(service
            .face(Face::Staff, staff::router(face), staff::openapi())
            .ready("postgres-staff", move || ready(pg.clone())))
    }

    fn internal(&self, service: Service) -> anyhow::Result<Service> {
        let Context {
            clock,
            metrics,
            shutdown,
            ..
        } = &self.context;
        let pg = self.pool(Face::Internal)?;
        let broker = self.config.events.broker(TOPOLOGY, metrics)?;
        let store = Store::new(pg.clone());
        let receiver = Receiver::new(pg.clone(), EventsToAudit, Arc::clone(clock), metrics);
        let callers = self.config.tls.callers(&self.config.services.callers)?;
        let router = internal::router(&store, &receiver, Arc::clone(clock), callers);
        let of_events = receiver
            .jobs()
            .into_iter()
            .chain(broker.map(|broker| broker.job(&receiver, shutdown.clone())));
        let service = service
            .face(Face::Internal, router, internal::openapi())
            .ready("postgres-internal", move || ready(pg.clone()))
            .job(jobs::purge_sessions(&store, self.terms, clock))
            .job(jobs::verify_audit(&store, metrics));
        Ok(of_events.fold(service, Service::job))
    }
}

async fn ready(pg: Pg) -> Result<(), String> {
    pg.ready().await.map_err(|error| error.to_string())
}
