use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use balancer::{Client, Policy};
use chassis::{App, BadAddress, Face, HttpConfig, Outgoing, Service, TlsConfig};
use kernel::SharedClock;
use telemetry::TelemetryConfig;
use url::{Origin, Url};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use web::{AssetFile, Assets, Site, Texts};

use crate::clients::{Catalog, Orders};
use crate::shop::Shop;
use crate::{Config, courier, pages};

const RU: &str = include_str!("../locales/ru/storefront.ftl");
const EN: &str = include_str!("../locales/en/storefront.ftl");

const ASSETS: [AssetFile; 7] = [
    AssetFile {
        name: "shop.css",
        bytes: include_bytes!("../assets/shop.css"),
    },
    AssetFile {
        name: "courier.css",
        bytes: include_bytes!("../assets/courier.css"),
    },
    AssetFile {
        name: "courier.js",
        bytes: include_bytes!("../assets/courier.js"),
    },
    AssetFile {
        name: "countdown.js",
        bytes: include_bytes!("../assets/countdown.js"),
    },
    AssetFile {
        name: "quantity.js",
        bytes: include_bytes!("../assets/quantity.js"),
    },
    AssetFile {
        name: "suggest.js",
        bytes: include_bytes!("../assets/suggest.js"),
    },
    AssetFile {
        name: "tracking.js",
        bytes: include_bytes!("../assets/tracking.js"),
    },
];

/// The storefront as a service: one face, `edge`.
#[derive(Debug, Clone, Copy)]
pub struct Storefront;

impl App for Storefront {
    const NAME: &'static str = "storefront";
    const ABOUT: &'static str = "The customers' site and the courier app.";
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
        let pages = router(config, context.clock.clone(), &context.outgoing)?;
        Ok(Service::new(Self::NAME, context.metrics).http(&config.http).face(
            Face::Edge,
            pages,
            description(),
        ))
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![(Face::Edge, description())]
    }
}

/// All pages, finished, without the HTTP stack around them.
pub fn router(config: &Config, clock: SharedClock, outgoing: &Outgoing) -> anyhow::Result<Router> {
    let texts = Texts::load("storefront", RU, EN)?;
    let site = Site::new(
        &config.web,
        texts,
        Assets::new(&ASSETS),
        clock,
        config.payment_origins.clone(),
    )?;
    let shop = Shop {
        site: site.clone(),
        catalog: Catalog(client(outgoing, "catalog", &config.catalog_urls).context("catalog_urls")?),
        orders: Orders(client(outgoing, "orders", &config.orders_urls).context("orders_urls")?),
        payment_origins: payment_origins(&config.payment_origins)?,
    };
    let all = pages::router()
        .merge(courier::router())
        .layer(auth::cross_site_layer())
        .with_state(shop);
    Ok(web::finish(all, &site, pages::render_failure))
}

fn payment_origins(addresses: &[String]) -> anyhow::Result<Vec<Origin>> {
    addresses
        .iter()
        .map(|address| {
            let url = Url::parse(address).with_context(|| format!("payment_origins: {address:?}"))?;
            anyhow::ensure!(
                matches!(url.scheme(), "http" | "https") && url.path() == "/",
                "payment_origins: {address:?} is not an origin like https://pay.example"
            );
            Ok(url.origin())
        })
        .collect()
}

fn client(outgoing: &Outgoing, name: &str, urls: &[String]) -> Result<Client, BadAddress> {
    let policy = Policy {
        // Pages are answered within the stack's limit, with room for an error page.
        deadline: Duration::from_secs(6),
        ..Policy::default()
    };
    Ok(outgoing.client(name, urls, None)?.policy(policy).build())
}

/// Pages are no interface for programs; there is nothing to describe.
fn description() -> OpenApi {
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("storefront")
                .version(env!("CARGO_PKG_VERSION"))
                .build(),
        )
        .build()
}
