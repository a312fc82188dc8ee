use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use auth::{ServiceToken, StaffVerifier};
use axum::middleware::from_fn;
use balancer::Client;
use catalog_store::{OrderEvents, ReserveQueue};
use chassis::{App, Context, Face, HttpConfig, Outgoing, Service, TlsConfig};
use events::{Carrier, Dispatcher, HttpPush, Policy, Receiver, Topology, Wake};
use files::{FileStore, NfsStore};
use pg::Pg;
use telemetry::TelemetryConfig;
use toggles::Toggles;
use url::Url;
use utoipa::openapi::OpenApi;

use crate::Config;
use crate::config::ServicesConfig;
use crate::edge::{self, Edge, Graph};
use crate::editing_jobs;
use crate::images::Images;
use crate::internal::{self, Internal};
use crate::jobs::{self, Signals};
use crate::media::{Studio, Variants};
use crate::staff::{self, Spaces, Staff};
use crate::stock_watch::watch_stock;
use crate::words::Words;

/// Where catalog stands in the shop's events.
const TOPOLOGY: Topology = Topology::new("catalog", contracts::events::ROUTES);
/// Operations that take longer than others may.
const SLOW: [(&str, Duration); 4] = {
    // Taken apart, so that one more of them cannot be forgotten here.
    let [imports, images, documents] = staff::SLOW;
    [imports, images, documents, internal::SLOW]
};

/// The catalog service: customers, employees and services each have a face.
#[derive(Debug, Clone, Copy)]
pub struct Catalog;

impl App for Catalog {
    const NAME: &'static str = "catalog";
    const ABOUT: &'static str = "Assortment, prices, stock, reservations and images.";
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
        let faces = context.faces.clone();
        let parts = Parts::new(config, context);
        let mut service = Service::new(Self::NAME, parts.context.metrics.clone())
            .http(&config.http)
            .slow(&SLOW);
        // First, because it has the dispatcher that the others wake.
        let mut wake = Wake::default();
        if faces.has(Face::Internal) {
            (service, wake) = parts.internal(service)?;
        }
        if faces.has(Face::Edge) {
            service = parts.edge(service)?;
        }
        if faces.has(Face::Staff) {
            service = parts.staff(service, wake)?;
        }
        Ok(service)
    }

    async fn migrate(config: &Config) -> anyhow::Result<()> {
        let owner = config
            .database
            .owner
            .as_ref()
            .context("database.owner is not set, and `migrate` needs it")?;
        catalog_store::migrate(owner.expose()).await?;
        Ok(config.events.provision(TOPOLOGY).await?)
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![
            (Face::Edge, edge::openapi()),
            (Face::Staff, staff::openapi()),
            (Face::Internal, internal::openapi()),
        ]
    }

    fn graphql() -> Option<String> {
        Some(edge::sdl())
    }
}

/// What the faces of one process share.
struct Parts<'a> {
    config: &'a Config,
    context: Context,
    signals: Signals,
    pg_metrics: pg::Metrics,
    toggles: Toggles,
}

impl<'a> Parts<'a> {
    fn new(config: &'a Config, context: Context) -> Self {
        let pg_metrics = pg::Metrics::unregistered();
        context.metrics.register(pg_metrics.clone());
        Self {
            toggles: Toggles::open(&config.toggles, &context.metrics),
            config,
            context,
            signals: Signals::default(),
            pg_metrics,
        }
    }

    /// Adds the job that follows the toggles, to the first face of this process: one is enough.
    fn follow(&self, service: Service, face: Face, pg: &Pg) -> Service {
        let mut faces = [Face::Internal, Face::Edge, Face::Staff].into_iter();
        if faces.find(|face| self.context.faces.has(*face)) != Some(face) {
            return service;
        }
        let pg = pg.clone();
        service.job(self.toggles.follow(move |version| {
            let pg = pg.clone();
            // What a file says may have any version.
            let known = version.parse().unwrap_or_default();
            async move { catalog_store::toggles_unless(&pg, known).await }
        }))
    }

    fn pool(&self, face: Face) -> anyhow::Result<Pg> {
        let pg = Pg::connect(&self.config.database.of(face)?, self.pg_metrics.clone());
        pg.with_context(|| format!("database.{face}"))
    }

    fn edge(&self, service: Service) -> anyhow::Result<Service> {
        let pg = self.pool(Face::Edge)?;
        let service = self.follow(service, Face::Edge, &pg);
        let files = Arc::new(NfsStore::new(&self.config.files)?);
        let images = Images::new(files, self.config.cache.images_bytes);
        let Context {
            shutdown, metrics, ..
        } = &self.context;
        let words = Words::new(Arc::clone(&self.context.clock));
        let graph = Graph::new(
            pg.clone(),
            words.clone(),
            shutdown.clone(),
            service.tasks(),
            metrics,
        );
        let edge = Edge::new(
            pg.clone(),
            words,
            images,
            graph,
            self.config.cache.answers_bytes,
            &self.context.clock,
        );
        let router = edge::router(edge).layer(from_fn(toggles::observe));
        Ok(service
            .face(Face::Edge, router, edge::openapi())
            .ready("postgres-edge", move || ready(pg.clone())))
    }

    fn staff(&self, service: Service, wake: Wake) -> anyhow::Result<Service> {
        let pg = self.pool(Face::Staff)?;
        let service = self.follow(service, Face::Staff, &pg);
        let key = self.config.staff.public_key.as_deref();
        let key = key.context("staff.public_key is not set, and --face staff needs it")?;
        let verifier =
            StaffVerifier::new(key, Arc::clone(&self.context.clock)).context("staff.public_key")?;
        let staff = Staff {
            spaces: Spaces::of(pg.clone()),
            pg: pg.clone(),
            verifier,
            subscriptions: self.config.events.subscriptions(TOPOLOGY),
            wake,
            signals: self.signals.clone(),
            studio: Studio::new(Arc::new(NfsStore::new(&self.config.files)?)),
            clock: Arc::clone(&self.context.clock),
        };
        let router = staff::router(staff).layer(from_fn(toggles::observe));
        Ok(service
            .face(Face::Staff, router, staff::openapi())
            .ready("postgres-staff", move || ready(pg.clone())))
    }

    fn internal(&self, mut service: Service) -> anyhow::Result<(Service, Wake)> {
        let Context {
            clock,
            metrics,
            shutdown,
            ..
        } = &self.context;
        let callers = &self.config.services.callers;
        let pg = self.pool(Face::Internal)?;
        service = self.follow(service, Face::Internal, &pg);

        let broker = self.config.events.broker(TOPOLOGY, metrics)?;
        let transport = match &broker {
            Some(broker) => Carrier::JetStream(broker.transport()),
            None => Carrier::Http(self.push()?),
        };
        let subscriptions = self.config.events.subscriptions(TOPOLOGY);
        let dispatcher = Dispatcher::new(
            pg.clone(),
            transport,
            &TOPOLOGY.source(),
            &subscriptions,
            Arc::clone(clock),
            Policy::default(),
            metrics,
        );
        let wake = dispatcher.wake();

        let handler = OrderEvents::new(Arc::clone(clock));
        let receiver = Receiver::new(pg.clone(), handler, Arc::clone(clock), metrics);
        let callers = self.config.tls.callers(callers)?;
        let face = Internal {
            reserving: ReserveQueue::new(pg.clone()),
            pg: pg.clone(),
            signals: self.signals.clone(),
            wake: wake.clone(),
            clock: Arc::clone(clock),
        };

        let files: Arc<dyn FileStore> = Arc::new(NfsStore::new(&self.config.files)?);
        let pause = Duration::from_millis(self.config.media.pause_ms);
        let variants = Variants {
            pg: pg.clone(),
            files: Arc::clone(&files),
            clock: Arc::clone(clock),
        };
        let of_files = [
            jobs::make_variants(variants, pause),
            jobs::sweep_files(files, clock),
        ];

        let own = jobs::jobs(&pg, &subscriptions, &self.signals, &wake, clock);
        for job in own
            .into_iter()
            .chain(of_files)
            .chain(dispatcher.jobs())
            .chain(receiver.jobs())
            .chain(broker.map(|broker| broker.job(&receiver, shutdown.clone())))
            .chain([editing_jobs::job(&pg, &self.signals), watch_stock(&pg, metrics)])
        {
            service = service.job(job);
        }
        let router = internal::router(face, &receiver, callers).layer(from_fn(toggles::observe));
        let service = service
            .face(Face::Internal, router, internal::openapi())
            .ready("postgres-internal", move || ready(pg.clone()));
        Ok((service, wake))
    }

    /// The way of events to the services' internal faces.
    fn push(&self) -> anyhow::Result<HttpPush> {
        let ServicesConfig {
            orders,
            backoffice,
            token,
            ..
        } = &self.config.services;
        let outgoing = &self.context.outgoing;
        anyhow::ensure!(
            token.is_some() || outgoing.is_certified(),
            "services.token is not set, and --face internal needs it, or a certificate in the section tls"
        );
        let token = token
            .as_ref()
            .map(|token| ServiceToken::new(Catalog::NAME, token.expose()))
            .transpose()
            .context("services.token")?;
        Ok(HttpPush::new(token.map(|token| token.authorization()))
            .with("orders", client(outgoing, "orders", orders)?)
            .with("backoffice", client(outgoing, "backoffice", backoffice)?))
    }
}

/// A client of the internal faces at `urls`, configured under `services`.
fn client(outgoing: &Outgoing, name: &str, urls: &[Url]) -> anyhow::Result<Client> {
    anyhow::ensure!(
        !urls.is_empty(),
        "services.{name} is not set, and --face internal needs it"
    );
    // The transport of events adds the token itself.
    let client = outgoing.client(name, urls, None);
    Ok(client.with_context(|| format!("services.{name}"))?.build())
}

async fn ready(pg: Pg) -> Result<(), String> {
    pg.ready().await.map_err(|error| error.to_string())
}
