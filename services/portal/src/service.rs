use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use balancer::{Client, Policy};
use chassis::{App, BadAddress, Face, HttpConfig, Outgoing, Service, TlsConfig};
use kernel::SharedClock;
use telemetry::TelemetryConfig;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use web::{AssetFile, Assets, Site, Texts};

use crate::clients::{Backoffice, Catalog, Orders};
use crate::desk::Desk;
use crate::sessions::Sessions;
use crate::{Config, forward, pages};

const RU: &str = include_str!("../locales/ru/portal.ftl");
const EN: &str = include_str!("../locales/en/portal.ftl");

const ASSETS: [AssetFile; 2] = [
    AssetFile {
        name: "portal.css",
        bytes: include_bytes!("../assets/portal.css"),
    },
    AssetFile {
        name: "print.js",
        bytes: include_bytes!("../assets/print.js"),
    },
];

/// The portal as a service: one face, `staff`.
#[derive(Debug, Clone, Copy)]
pub struct Portal;

impl App for Portal {
    const NAME: &'static str = "portal";
    const ABOUT: &'static str = "The employees' web application.";
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

    async fn build(config: &Config, context: chassis::Context) -> anyhow::Result<Service> {
        let router = router(config, context.clock.clone(), &context.outgoing)?;
        Ok(Service::new(Self::NAME, context.metrics).http(&config.http).face(
            Face::Staff,
            router,
            description(),
        ))
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![(Face::Staff, description())]
    }
}

/// All pages, finished, and the way through to the staff faces, without the HTTP stack around them.
pub fn router(config: &Config, clock: SharedClock, outgoing: &Outgoing) -> anyhow::Result<Router> {
    let texts = Texts::load("portal", RU, EN)?;
    let site = Site::new(
        &config.web,
        texts,
        Assets::new(&ASSETS),
        clock.clone(),
        Vec::new(),
    )?;
    let catalog = client(outgoing, "catalog", &config.catalog_urls).context("catalog_urls")?;
    let orders = client(outgoing, "orders", &config.orders_urls).context("orders_urls")?;
    let backoffice = client(outgoing, "backoffice", &config.backoffice_urls).context("backoffice_urls")?;
    let desk = Desk {
        site: site.clone(),
        catalog: Catalog(catalog.clone()),
        orders: Orders(orders.clone()),
        backoffice: Backoffice(backoffice.clone()),
        sessions: Sessions::new(Backoffice(backoffice.clone()), clock),
    };
    let pages = pages::router().layer(auth::cross_site_layer()).with_state(desk);
    // Beside the pages, not under them: programs hold a token, no cookie, and get problems instead of error pages.
    Ok(web::finish(pages, &site, pages::render_failure).merge(forward::router(catalog, orders, backoffice)))
}

fn client(outgoing: &Outgoing, name: &str, urls: &[String]) -> Result<Client, BadAddress> {
    let policy = Policy {
        // Pages are answered within the stack's limit, with room for an error page.
        deadline: Duration::from_secs(6),
        forward_timeout: Duration::from_secs(9),
        ..Policy::default()
    };
    Ok(outgoing.client(name, urls, None)?.policy(policy).build())
}

/// Pages are no interface for programs, and what is passed through is described by the services.
fn description() -> OpenApi {
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("portal")
                .version(env!("CARGO_PKG_VERSION"))
                .build(),
        )
        .build()
}
