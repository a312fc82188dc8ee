//! Builds the faces from the configuration, each with what it needs and no more.

use std::sync::Arc;

use anyhow::Context as _;
use auth::{LoginThrottle, ServiceToken, StaffVerifier, ThrottlePolicy};
use axum::http::HeaderValue;
use axum::middleware::from_fn;
use balancer::Client;
use chassis::{Face, Outgoing, Service};
use directory::{Directory, LdapDirectory};
use events::{Broker, Carrier, Dispatcher, HttpPush, Policy, Topology, Wake};
use orders_store::Store;
use pg::Pg;
use telemetry::Metrics;
use toggles::Toggles;
use tokio::sync::Notify;
use url::Url;

use crate::catalog::Catalog;
use crate::config::{Config, OrderingConfig};
use crate::edge::{self, Edge};
use crate::internal::{self, Internal};
use crate::jobs::Jobs;
use crate::payments::{PaymentGateway, Settler, YooKassa};
use crate::reconcile::Reconciler;
use crate::staff::{self, Desk};
use crate::zones::Zones;

/// Where orders stands in the shop's events.
pub(crate) const TOPOLOGY: Topology = Topology::new("orders", contracts::events::ROUTES);

/// What the faces share while they are built.
pub(crate) struct Wiring<'a> {
    config: &'a Config,
    context: chassis::Context,
    pg_metrics: pg::Metrics,
    /// What calls carry where this service has a token.
    authorization: Option<HeaderValue>,
    ordering: Arc<OrderingConfig>,
    catalog: Catalog,
    /// Wakes the job that gives money back, when it is in this process.
    refunds: Arc<Notify>,
    /// Wakes the dispatcher, when it is in this process.
    wake: Wake,
    toggles: Toggles,
}

impl<'a> Wiring<'a> {
    pub(crate) fn new(config: &'a Config, context: chassis::Context) -> anyhow::Result<Self> {
        let pg_metrics = pg::Metrics::unregistered();
        context.metrics.register(pg_metrics.clone());
        let token = config.services.token.as_ref();
        anyhow::ensure!(
            token.is_some() || context.outgoing.is_certified(),
            "services.token is not set, and there is no certificate in the section tls"
        );
        let token = token.map(|token| ServiceToken::new("orders", token.expose()));
        let token = token.transpose().context("services.token")?;
        let authorization = token.map(|token| token.authorization());
        let catalog = client(
            &context.outgoing,
            "catalog",
            &config.services.catalog,
            authorization.clone(),
        )?;
        Ok(Self {
            pg_metrics,
            authorization,
            ordering: Arc::new(config.ordering.clone()),
            catalog: Catalog::new(catalog),
            refunds: Arc::default(),
            wake: Wake::default(),
            toggles: Toggles::open(&config.toggles, &context.metrics),
            config,
            context,
        })
    }

    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.context.metrics
    }

    /// Adds the job that follows the toggles, to the first face of this process: one is enough.
    fn follow(&self, service: Service, face: Face, store: &Store) -> Service {
        let mut faces = [Face::Internal, Face::Edge, Face::Staff].into_iter();
        if faces.find(|face| self.context.faces.has(*face)) != Some(face) {
            return service;
        }
        let store = store.clone();
        service.job(self.toggles.follow(move |version| {
            let store = store.clone();
            // What a file says may have any version.
            let known = version.parse().unwrap_or_default();
            async move { store.toggles_unless(known).await }
        }))
    }

    /// Customers and couriers.
    pub(crate) fn edge(&self, service: Service) -> anyhow::Result<Service> {
        let pg = self.connect(Face::Edge)?;
        let store = self.store(&pg);
        let service = self.follow(service, Face::Edge, &store);
        let gateway = self.gateway()?;
        let directory = Arc::new(LdapDirectory::new(&self.config.directory)?);
        let (router, openapi) = edge::build(Edge {
            catalog: self.catalog.clone(),
            zones: Zones::new(store.clone()),
            settler: Settler::new(store.clone(), Arc::clone(&gateway), Arc::clone(&self.refunds)),
            gateway,
            directory: Arc::clone(&directory) as Arc<dyn Directory>,
            throttle: LoginThrottle::new(ThrottlePolicy::default(), self.context.clock.clone()),
            forwarders: self.config.tls.forwarders(&self.config.http),
            ordering: Arc::clone(&self.ordering),
            clock: self.context.clock.clone(),
            store,
        });
        let router = router.layer(from_fn(toggles::observe));
        Ok(ready(service, "postgres-edge", pg).face(Face::Edge, router, openapi))
    }

    /// Employees.
    pub(crate) fn staff(&self, service: Service) -> anyhow::Result<Service> {
        let pg = self.connect(Face::Staff)?;
        let key = self
            .config
            .staff
            .public_key
            .as_deref()
            .context("staff.public_key is not set")?;
        let store = self.store(&pg);
        let service = self.follow(service, Face::Staff, &store);
        let (router, openapi) = staff::build(Desk {
            store,
            catalog: self.catalog.clone(),
            verifier: StaffVerifier::new(key, self.context.clock.clone()).context("staff.public_key")?,
        });
        let router = router.layer(from_fn(toggles::observe));
        Ok(ready(service, "postgres-staff", pg).face(Face::Staff, router, openapi))
    }

    /// Services, and all jobs.
    pub(crate) fn internal(&mut self, service: Service) -> anyhow::Result<Service> {
        let pg = self.connect(Face::Internal)?;
        let broker = self.config.events.broker(TOPOLOGY, &self.context.metrics)?;
        let dispatcher = self.dispatcher(&pg, broker.as_ref())?;
        self.wake = dispatcher.wake();
        let store = self.store(&pg);
        let service = self.follow(service, Face::Internal, &store);
        let gateway = self.gateway()?;
        let (clock, metrics) = (self.context.clock.clone(), self.context.metrics.clone());
        let patience = self.ordering.patience();
        let reconciler = Reconciler::new(store.clone(), self.catalog.clone(), clock.clone(), patience);
        let (router, openapi, receiver) = internal::build(Internal {
            store: store.clone(),
            reconciler: reconciler.clone(),
            callers: self.config.tls.callers(&self.config.services.callers)?,
            wake: self.wake.clone(),
            clock: clock.clone(),
            metrics: metrics.clone(),
        });
        let jobs = Jobs {
            settler: Settler::new(store.clone(), Arc::clone(&gateway), Arc::clone(&self.refunds)),
            store,
            gateway,
            refunds: Arc::clone(&self.refunds),
            reconciler,
            ordering: Arc::clone(&self.ordering),
            clock,
            metrics,
        };
        let router = router.layer(from_fn(toggles::observe));
        let service = ready(service, "postgres-internal", pg).face(Face::Internal, router, openapi);
        let all = jobs
            .all()
            .into_iter()
            .chain(dispatcher.jobs())
            .chain(receiver.jobs())
            .chain(broker.map(|broker| broker.job(&receiver, self.context.shutdown.clone())));
        Ok(all.fold(service, Service::job))
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
            &self.config.events.subscriptions(TOPOLOGY),
            self.context.clock.clone(),
            Policy::default(),
            &self.context.metrics,
        ))
    }

    /// The way of events to the services' internal faces.
    fn push(&self) -> anyhow::Result<HttpPush> {
        let (services, outgoing) = (&self.config.services, &self.context.outgoing);
        anyhow::ensure!(!services.backoffice.is_empty(), "services.backoffice is not set");
        // The transport adds the token itself.
        Ok(HttpPush::new(self.authorization.clone())
            .with(
                "backoffice",
                client(outgoing, "backoffice", &services.backoffice, None)?,
            )
            .with("catalog", client(outgoing, "catalog", &services.catalog, None)?))
    }

    fn connect(&self, face: Face) -> anyhow::Result<Pg> {
        let config = self.config.database.of(face)?;
        Pg::connect(&config, self.pg_metrics.clone()).with_context(|| format!("database.{face}"))
    }

    fn store(&self, pg: &Pg) -> Store {
        Store::new(
            pg.clone(),
            self.context.clock.clone(),
            self.config.events.subscriptions(TOPOLOGY),
            self.wake.clone(),
        )
    }

    fn gateway(&self) -> anyhow::Result<Arc<dyn PaymentGateway>> {
        Ok(Arc::new(YooKassa::new(&self.config.payment)?))
    }
}

/// A client of the internal faces at `urls`, configured under `services`.
fn client(
    outgoing: &Outgoing,
    name: &str,
    urls: &[Url],
    authorization: Option<HeaderValue>,
) -> anyhow::Result<Client> {
    let client = outgoing.client(name, urls, authorization);
    Ok(client.with_context(|| format!("services.{name}"))?.build())
}

fn ready(service: Service, name: &'static str, pg: Pg) -> Service {
    service.ready(name, move || {
        let pg = pg.clone();
        async move { pg.ready().await.map_err(|error| error.to_string()) }
    })
}
