use anyhow::{Context as _, ensure};
use chassis::{App, Context, Face, HttpConfig, Service, TlsConfig};
use telemetry::TelemetryConfig;
use utoipa::openapi::OpenApi;

use crate::wiring::{TOPOLOGY, Wiring};
use crate::{Config, edge, internal, staff};

/// The orders service, as its binary and `garnitur` run it.
#[derive(Debug, Clone, Copy)]
pub struct Orders;

impl App for Orders {
    const NAME: &'static str = "orders";
    const ABOUT: &'static str = "Carts, delivery, orders, payment, tracking and couriers.";
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
        let mut wiring = Wiring::new(config, context)?;
        let mut service = Service::new(Self::NAME, wiring.metrics().clone()).http(&config.http);
        // First, since it has the dispatcher that the other faces wake.
        if faces.has(Face::Internal) {
            service = wiring.internal(service).context("--face internal")?;
        }
        if faces.has(Face::Edge) {
            // Else a repeated request could take over while the first one is still at work.
            ensure!(
                u64::from(config.ordering.attempt_lease_s) * 1_000 > config.http.request_timeout_ms,
                "ordering.attempt_lease_s must be longer than http.request_timeout_ms"
            );
            service = wiring.edge(service).context("--face edge")?;
        }
        if faces.has(Face::Staff) {
            service = wiring.staff(service).context("--face staff")?;
        }
        Ok(service)
    }

    async fn migrate(config: &Config) -> anyhow::Result<()> {
        let owner = config
            .database
            .owner
            .as_ref()
            .context("database.owner is not set, and migrating needs it")?;
        orders_store::migrate(owner.expose()).await?;
        Ok(config.events.provision(TOPOLOGY).await?)
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![
            (Face::Edge, edge::router().into_openapi()),
            (Face::Staff, staff::router().into_openapi()),
            (Face::Internal, internal::openapi()),
        ]
    }
}
