//! The five services in one process, each with its own configuration, database roles and metrics.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use axum::Router;
use backoffice_server::Backoffice;
use catalog_server::Catalog;
use chassis::config::Loader;
use chassis::{App, Face, Faces, Listener, Service, Shutdown};
use files::FilesConfig;
use orders_server::Orders;
use portal::Portal;
use storefront::Storefront;
use toml::Table;

use crate::Wiring;

/// The services, built and ready to be served.
pub struct Services {
    catalog: Service,
    orders: Service,
    backoffice: Service,
    storefront: Service,
    portal: Service,
}

impl Services {
    /// Builds the services on databases that are up to date.
    pub async fn build(wiring: &Wiring, shutdown: &Shutdown) -> anyhow::Result<Self> {
        Ok(Self {
            catalog: build::<Catalog>(wiring.catalog(), shutdown).await?,
            orders: build::<Orders>(wiring.orders(), shutdown).await?,
            backoffice: build::<Backoffice>(wiring.backoffice(), shutdown).await?,
            storefront: build::<Storefront>(wiring.storefront(), shutdown).await?,
            portal: build::<Portal>(wiring.portal(), shutdown).await?,
        })
    }

    /// What is to be served where. The customers' origin is one listener: pages, and the public interfaces of
    /// catalog and orders, as the outer gateway shows them (INF-8).
    pub fn listeners(&self, wiring: &Wiring) -> Vec<Listener> {
        let ports = wiring.ports;
        let customers = face(&self.storefront, Face::Edge)
            .merge(face(&self.catalog, Face::Edge))
            .merge(face(&self.orders, Face::Edge));
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        vec![
            Listener::ops("catalog", at(ports.catalog_internal), self.catalog.ops_router()),
            Listener::ops("orders", at(ports.orders_internal), self.orders.ops_router()),
            Listener::ops(
                "backoffice",
                at(ports.backoffice_internal),
                self.backoffice.ops_router(),
            ),
            Listener::ops("portal", at(ports.portal_internal), self.portal.ops_router()),
            Listener::ops(
                "storefront",
                at(ports.storefront_internal),
                self.storefront.ops_router(),
            ),
            Listener::new(
                "catalog for employees",
                at(ports.catalog_staff),
                face(&self.catalog, Face::Staff),
            ),
            Listener::new(
                "orders for employees",
                at(ports.orders_staff),
                face(&self.orders, Face::Staff),
            ),
            Listener::new(
                "backoffice for employees",
                at(ports.backoffice_staff),
                face(&self.backoffice, Face::Staff),
            ),
            Listener::new("portal", at(ports.portal), face(&self.portal, Face::Staff)),
            Listener::new("customers", at(ports.customers), customers),
        ]
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Service> {
        vec![
            self.catalog,
            self.orders,
            self.backoffice,
            self.storefront,
            self.portal,
        ]
    }
}

/// Brings the three databases, which must exist, to this version's schema.
pub async fn migrate(wiring: &Wiring) -> anyhow::Result<()> {
    let catalog = configuration::<Catalog>(wiring.catalog())?;
    let orders = configuration::<Orders>(wiring.orders())?;
    let backoffice = configuration::<Backoffice>(wiring.backoffice())?;
    // Boxed: together they are larger than a stack likes.
    tokio::try_join!(
        Box::pin(Catalog::migrate(&catalog)),
        Box::pin(Orders::migrate(&orders)),
        Box::pin(Backoffice::migrate(&backoffice))
    )?;
    Ok(())
}

/// Where catalog keeps its images.
pub fn files(wiring: &Wiring) -> anyhow::Result<FilesConfig> {
    Ok(configuration::<Catalog>(wiring.catalog())?.files)
}

/// The configuration of a service: the wiring, and over it the variables of this process.
fn configuration<A: App>(wiring: Table) -> anyhow::Result<A::Config> {
    let loader = Loader::new(A::NAME)
        .base("the wiring of garnitur", wiring)
        .environment();
    Ok(loader.load()?)
}

async fn build<A: App>(wiring: Table, shutdown: &Shutdown) -> anyhow::Result<Service> {
    let config = configuration::<A>(wiring)?;
    anyhow::ensure!(
        A::tls(&config).is_plain(),
        "{}: the section tls is for services as processes of their own",
        A::NAME
    );
    let context = chassis::Context::new(A::NAME, Faces::all(), shutdown.clone());
    A::build(&config, context)
        .await
        .with_context(|| format!("{} does not start", A::NAME))
}

fn face(service: &Service, face: Face) -> Router {
    service.router(face).unwrap_or_default()
}
