use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use auth::ServiceToken;
use axum::Router;
use axum::middleware::from_fn_with_state;
use balancer::{Client, Policy};
use chassis::{App, BadAddress, Face, HttpConfig, Job, Outgoing, Service, TlsConfig};
use kernel::SharedClock;
use telemetry::TelemetryConfig;
use toggles::{Cohort, Cohorts, Toggles};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use web::{AssetFile, Assets, Site, Texts};

use crate::clients::{Backoffice, Catalog, Orders};
use crate::cohort::Dealer;
use crate::desk::Desk;
use crate::sessions::Sessions;
use crate::{Config, cohort, forward, pages};

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
        let toggles = Toggles::open(&config.toggles, &context.metrics);
        let router = router(config, context.clock.clone(), &context.outgoing, &toggles)?;
        Ok(Service::new(Self::NAME, context.metrics)
            .http(&config.http)
            .face(Face::Staff, router, description())
            .job(follow(config, &context.outgoing, &toggles)?))
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![(Face::Staff, description())]
    }
}

/// The job that follows the toggles, of backoffice or of a file.
fn follow(config: &Config, outgoing: &Outgoing, toggles: &Toggles) -> anyhow::Result<Job> {
    let services = &config.services;
    if services.backoffice.is_empty() {
        return Ok(toggles.job());
    }
    anyhow::ensure!(
        services.token.is_some() || outgoing.is_certified(),
        "services.token is not set, and services.backoffice needs it, or a certificate in the section tls"
    );
    let token = services.token.as_ref();
    let token = token.map(|token| ServiceToken::new(Portal::NAME, token.expose()));
    let token = token.transpose().context("services.token")?;
    let authorization = token.map(|token| token.authorization());
    let client = outgoing.client("backoffice-internal", &services.backoffice, authorization);
    let client = client.context("services.backoffice")?.build();
    Ok(toggles.follow(toggles::remote(client)))
}

/// All pages, finished, and the way through to the staff faces, without the HTTP stack around them.
pub fn router(
    config: &Config,
    clock: SharedClock,
    outgoing: &Outgoing,
    toggles: &Toggles,
) -> anyhow::Result<Router> {
    let texts = Texts::load("portal", RU, EN)?;
    let site = Site::new(
        &config.web,
        texts,
        Assets::new(&ASSETS),
        clock.clone(),
        Vec::new(),
    )?;
    let canaries = &config.canaries;
    let catalog = client(outgoing, "catalog", &config.catalog_urls, &canaries.catalog_urls);
    let catalog = catalog.context("catalog_urls")?;
    let orders = client(outgoing, "orders", &config.orders_urls, &canaries.orders_urls);
    let orders = orders.context("orders_urls")?;
    let backoffice = client(
        outgoing,
        "backoffice",
        &config.backoffice_urls,
        &canaries.backoffice_urls,
    );
    let backoffice = backoffice.context("backoffice_urls")?;
    let dealer = Dealer::new(Cohorts::new(&config.cohorts).context("cohorts")?, site.clone());
    let desk = Desk {
        site: site.clone(),
        catalog: Catalog(catalog.clone()),
        orders: Orders(orders.clone()),
        backoffice: Backoffice(backoffice.clone()),
        sessions: Sessions::new(Backoffice(backoffice.clone()), clock),
        dealer: dealer.clone(),
        toggles: Arc::new(toggles.client()),
    };
    let pages = pages::router().layer(auth::cross_site_layer()).with_state(desk);
    // Beside the pages, not under them: programs hold a token, no cookie, and get problems instead of error pages.
    let through = forward::router(catalog, orders, backoffice, &dealer);
    Ok(web::finish(pages, &site, pages::render_failure)
        .merge(through)
        .layer(from_fn_with_state(dealer, cohort::around)))
}

/// A client of a staff face. The pilot cohort's calls go to the version on trial: inside there is mutual TLS end to end, so
/// nobody on the way could read the cohort.
fn client(
    outgoing: &Outgoing,
    name: &str,
    urls: &[String],
    canaries: &[String],
) -> Result<Client, BadAddress> {
    let policy = Policy {
        // Pages are answered within the stack's limit, with room for an error page.
        deadline: Duration::from_secs(6),
        forward_timeout: Duration::from_secs(9),
        ..Policy::default()
    };
    let mut client = outgoing
        .client(name, urls, None)?
        .policy(policy)
        .headers(|headers| {
            telemetry::inject(headers);
            cohort::inject(headers);
        });
    if !canaries.is_empty() {
        client = client.canary(&outgoing.replicas(canaries)?, Cohort::is_pilot);
    }
    Ok(client.build())
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
