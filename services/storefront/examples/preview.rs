//! The site with made-up services behind it, to look at: `cargo run -p storefront --example preview`.
//!
//! Port 8070, or the first argument. The payment page pays at once; couriers sign in as `courier.petrov` /
//! `Courier-1`. Orders `DEMO-0000-0001` to `-0005` stand at various points of their way.

#[path = "../tests/fake/mod.rs"]
mod fake;

use std::sync::Arc;

use confique::Config as _;
use contracts::orders::OrderStatus;
use kernel::{SharedClock, SystemClock};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(8070), |port| port.parse())?;
    let origin = format!("http://127.0.0.1:{port}");
    let clock: SharedClock = Arc::new(SystemClock);
    let services = fake::Fake::new(clock.clone(), &origin);
    for (index, status) in [
        OrderStatus::Created,
        OrderStatus::Paid,
        OrderStatus::InDelivery,
        OrderStatus::NotDelivered,
        OrderStatus::Cancelled,
    ]
    .into_iter()
    .enumerate()
    {
        fake::orders::demo(&services, &format!("DEMO-0000-000{}", index + 1), status);
    }
    let mut config = storefront::Config::builder().load()?;
    config.catalog_urls = vec![origin.clone()];
    config.orders_urls = vec![origin.clone()];
    config.payment_origins = vec![origin.clone()];
    let site = storefront::router(&config, clock, &chassis::Outgoing::plain())?.merge(services.router());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{origin}/");
    axum::serve(listener, site).await?;
    Ok(())
}
