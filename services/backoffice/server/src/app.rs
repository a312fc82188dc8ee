use std::sync::Arc;

use anyhow::Context as _;
use auth::{LoginThrottle, ServiceToken, StaffSigner, StaffVerifier, ThrottlePolicy};
use axum::middleware::from_fn;
use backoffice_domain::SessionTerms;
use backoffice_store::{EventsToAudit, Store};
use balancer::Client;
use chassis::{App, Context, Face, HttpConfig, Service, TlsConfig};
use directory::LdapDirectory;
use events::{Broker, Carrier, Dispatcher, HttpPush, Policy, Receiver, Subscriptions, Topology, Wake};
use pg::Pg;
use telemetry::TelemetryConfig;
use toggles::Toggles;
use url::Url;
use utoipa::openapi::OpenApi;

use crate::staff::{self, StaffFace};
use crate::{Config, internal, jobs};

/// The service's name, also as a source in the audit.
pub(crate) const NAME: &str = "backoffice";

/// Where backoffice stands in the shop's events.
const TOPOLOGY: Topology = Topology::new(NAME, contracts::events::ROUTES);

/// The backoffice service: employees and services each have a face.
#[derive(Debug, Clone, Copy)]
pub struct Backoffice;

impl App for Backoffice {
    const NAME: &'static str = NAME;
    const ABOUT: &'static str = "Employees' sessions, the audit and feature toggles.";
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
        // First, because it has the dispatcher that the other wakes.
        let mut wake = Wake::default();
        if parts.context.faces.has(Face::Internal) {
            (service, wake) = parts.internal(service)?;
        }
        if parts.context.faces.has(Face::Staff) {
            service = parts.staff(service, wake)?;
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
    subscriptions: Arc<Subscriptions>,
    toggles: Toggles,
}

impl<'a> Parts<'a> {
    fn new(config: &'a Config, context: Context) -> anyhow::Result<Self> {
        let terms = config.sessions.terms().context("sessions")?;
        let pg_metrics = pg::Metrics::unregistered();
        context.metrics.register(pg_metrics.clone());
        Ok(Self {
            subscriptions: Arc::new(config.events.subscriptions(TOPOLOGY)),
            toggles: Toggles::open(&config.toggles, &context.metrics),
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
    fn staff(&self, service: Service, wake: Wake) -> anyhow::Result<Service> {
        let Context {
            clock,
            metrics,
            faces,
            ..
        } = &self.context;
        let pg = self.pool(Face::Staff)?;
        let key = self.config.staff.private_key.as_ref();
        let key = key.context("staff.private_key is not set, and --face staff needs it")?;
        let signer = StaffSigner::new(key.expose(), self.terms.access().unsigned_abs())
            .context("staff.private_key")?;
        let verifier = StaffVerifier::new(signer.public_pem(), Arc::clone(clock))?;
        let directory = Arc::new(LdapDirectory::new(&self.config.directory)?);
        let face = StaffFace {
            store: Store::new(pg.clone()),
            personnel: Arc::clone(&directory) as _,
            directory,
            throttle: LoginThrottle::new(ThrottlePolicy::default(), Arc::clone(clock)),
            forwarders: self.config.tls.forwarders(&self.config.http),
            terms: self.terms,
            signer,
            verifier,
            subscriptions: Arc::clone(&self.subscriptions),
            wake,
            metrics: metrics.clone(),
            clock: Arc::clone(clock),
        };
        // The other face follows the toggles where there is one.
        let follow = (!faces.has(Face::Internal)).then(|| jobs::follow_toggles(&self.toggles, &face.store));
        let router = staff::router(face).layer(from_fn(toggles::observe));
        let service = service
            .face(Face::Staff, router, staff::openapi())
            .ready("postgres-staff", move || ready(pg.clone()));
        Ok(follow.into_iter().fold(service, Service::job))
    }

    fn internal(&self, service: Service) -> anyhow::Result<(Service, Wake)> {
        let Context {
            clock,
            metrics,
            shutdown,
            ..
        } = &self.context;
        let pg = self.pool(Face::Internal)?;
        let broker = self.config.events.broker(TOPOLOGY, metrics)?;
        let store = Store::new(pg.clone());
        let callers = self.config.tls.callers(&self.config.services.callers)?;
        let dispatcher = self.dispatcher(&pg, broker.as_ref())?;
        let wake = dispatcher.wake();
        let receiver = Receiver::new(pg.clone(), EventsToAudit, Arc::clone(clock), metrics);
        let router = internal::router(&store, &receiver, Arc::clone(clock), wake.clone(), callers);
        let router = router.layer(from_fn(toggles::observe));
        let of_events = dispatcher
            .jobs()
            .into_iter()
            .chain(receiver.jobs())
            .chain(broker.map(|broker| broker.job(&receiver, shutdown.clone())));
        let service = service
            .face(Face::Internal, router, internal::openapi())
            .ready("postgres-internal", move || ready(pg.clone()))
            .job(jobs::purge_sessions(&store, self.terms, clock))
            .job(jobs::verify_audit(&store, metrics))
            .job(jobs::retell_toggles(&store, &self.subscriptions, &wake, clock))
            .job(jobs::follow_toggles(&self.toggles, &store));
        Ok((of_events.fold(service, Service::job), wake))
    }

    fn dispatcher(&self, pg: &Pg, broker: Option<&Broker>) -> anyhow::Result<Dispatcher<Carrier>> {
        let transport = match broker {
            Some(broker) => Carrier::JetStream(broker.transport()),
            None => Carrier::Http(self.push()?),
        };
        Ok(Dispatcher::new(
            pg.clone(),
            transport,
            &TOPOLOGY.source(),
            &self.subscriptions,
            Arc::clone(&self.context.clock),
            Policy::default(),
            &self.context.metrics,
        ))
    }

    /// The way of events to the services' internal faces.
    fn push(&self) -> anyhow::Result<HttpPush> {
        let (services, outgoing) = (&self.config.services, &self.context.outgoing);
        anyhow::ensure!(
            services.token.is_some() || outgoing.is_certified(),
            "services.token is not set, and --face internal needs it, or a certificate in the section tls"
        );
        let token = services.token.as_ref();
        let token = token
            .map(|token| ServiceToken::new(NAME, token.expose()))
            .transpose()
            .context("services.token")?;
        let client = |name: &str, urls: &[Url]| -> anyhow::Result<Client> {
            anyhow::ensure!(
                !urls.is_empty(),
                "services.{name} is not set, and --face internal needs it"
            );
            // The transport adds the token itself.
            let client = outgoing.client(name, urls, None);
            Ok(client.with_context(|| format!("services.{name}"))?.build())
        };
        Ok(HttpPush::new(token.map(|token| token.authorization()))
            .with("catalog", client("catalog", &services.catalog)?)
            .with("orders", client("orders", &services.orders)?))
    }
}

async fn ready(pg: Pg) -> Result<(), String> {
    pg.ready().await.map_err(|error| error.to_string())
}
