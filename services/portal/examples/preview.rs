//! The portal with made-up services behind it, to look at: `cargo run -p portal --example preview`.
//!
//! Port 8071, or the first argument. Logins `sklad.sidorov`, `audit.orlova`, `admin.smirnov`, `stat.fedorova`,
//! `chief.vasilyev`, each with the password `Garnitur-1`.

#[path = "../tests/fake/mod.rs"]
#[expect(dead_code, reason = "the tests look closer")]
mod fake;

use std::sync::Arc;

use confique::Config as _;
use kernel::{SharedClock, SystemClock};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(8071), |port| port.parse())?;
    let clock: SharedClock = Arc::new(SystemClock);
    let services = fake::Fake::new(clock.clone()).serve().await;
    let mut config = portal::Config::builder().load()?;
    config.catalog_urls = vec![services.clone()];
    config.orders_urls = vec![services.clone()];
    config.backoffice_urls = vec![services];
    let toggles = toggles::Toggles::open(&config.toggles, &telemetry::Metrics::new("portal"));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://127.0.0.1:{port}/");
    let outgoing = chassis::Outgoing::plain();
    axum::serve(listener, portal::router(&config, clock, &outgoing, &toggles)?).await?;
    Ok(())
}
